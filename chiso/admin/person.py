"""People and what they are to which unit. Passwords are chosen by themselves, through a link."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from chiso.actions import membership
from chiso.models import About, Membership, Role, User
from chiso.queries.invitation import path_for

from .exchange import Exchange
from .page import by_post, to
from .scope import Who, administered, belongs, signed_in
from .search import Folded
from .table import Rows, Table


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """Adding an address that has an account where the administrator cannot see is no error: `known` is the account."""

    seen = User.objects.all()  # the people whom the administrator sees
    known: User | None = None

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        others = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if self.instance.pk is None:
            self.known = others.exclude(pk__in=self.seen.values("pk")).first()
        if self.known is None and others.exists():
            raise ValidationError(_("Somebody already has this e-mail address."))
        return email

    def _get_validation_exclusions(self) -> set[str]:
        kept: set[str] = super()._get_validation_exclusions()
        return kept | {"email"} if self.known else kept


def _shared(request: HttpRequest, person: User) -> bool:
    """Whether the person also works where the administrator has no say."""
    user = signed_in(request)
    own = administered(user).values("pk")
    return not user.is_superuser and person.memberships.exclude(unit__in=own).exists()


class MembershipFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """A person added by an administrator belongs to one of the administrator's units, or would be lost from sight;
    an office is never left without an administrator by its own hand."""

    required = own = False

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data.get("unit") and not form.cleaned_data.get("DELETE")]
        if self.required and not kept:
            raise ValidationError(_("Please say what the person is to which unit."))
        if self.required and self.own and not any(form.cleaned_data.get("role") == Role.ADMINISTRATOR for form in kept):
            raise ValidationError(_("Nobody takes the administration from himself: another administrator does it."))


class MembershipRows(Rows):
    model = Membership
    formset = MembershipFormSet
    fields = ["role", "unit"]
    adds = changes = deletes = Who.ADMINISTRATOR

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows = super().get_queryset(request).select_related("unit", "user")
        return rows.filter(unit__in=administered(signed_in(request)).values("pk"))

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        made = super().get_formset(request, obj, **options)
        made.required = not signed_in(request).is_superuser  # type: ignore[attr-defined]
        made.own = obj is not None and obj.pk == signed_in(request).pk  # type: ignore[attr-defined]
        return made


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Role.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() not in Role.values:
            return queryset
        return queryset.filter(pk__in=Membership.objects.filter(role=self.value()).values("user"))


@admin.register(User)
class PersonTable(Folded, Table):
    form = PersonForm
    list_display = ["email", "full_name", "roles", "may_come", "last_login"]
    list_filter = [RoleFilter, "is_active", ("last_login", admin.EmptyFieldListFilter)]
    ordering = ["full_name", "email", "pk"]
    search_fields = ["email", "full_name", "memberships__unit__name"]
    search_help_text = _("Name, e-mail or unit; marks and capitals do not matter")
    inlines = [MembershipRows]
    adds = changes = deletes = Who.ADMINISTRATOR
    suggests_units = True

    def within(self, rows: Any, user: User) -> Any:
        if user.is_superuser:
            return rows.prefetch_related("memberships__unit")
        own = Membership.objects.filter(unit__in=administered(user).values("pk"))
        return rows.filter(pk__in=own.values("user")).prefetch_related("memberships__unit")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return belongs(request, Who.ADMINISTRATOR)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return belongs(request, Who.ADMINISTRATOR)

    def open_to(self, request: HttpRequest, row: User) -> bool:
        return signed_in(request).is_superuser or not row.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who has signed in has left traces: such a person is only shut out. Nor is another office's person deleted."""
        may = obj is None or (obj.last_login is None and obj.pk != signed_in(request).pk and not _shared(request, obj))
        return may and super().has_delete_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        shown = ["email", "full_name", "language", "is_active"]
        shown += ["is_superuser"] if signed_in(request).is_superuser else []
        return shown + (["last_login", "date_joined"] if obj else [])

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """The account of a person who also works elsewhere belongs to both offices; nobody shuts out himself."""
        fixed = ["last_login", "date_joined"]
        if obj is None or signed_in(request).is_superuser:
            return fixed + (["is_active", "is_superuser"] if obj and obj.pk == signed_in(request).pk else [])
        if _shared(request, obj):
            return [*fixed, "email", "full_name", "language", "is_active"]
        return fixed + (["is_active"] if obj.pk == signed_in(request).pk else [])

    @admin.display(description=_("roles"))
    def roles(self, row: User) -> str:
        found = [f"{each.get_role_display()}, {each.unit}" for each in row.memberships.all()]
        return "; ".join([str(_("superuser"))] * row.is_superuser + found) or "–"

    @admin.display(description=_("may sign in"), ordering="is_active")
    def may_come(self, row: User) -> str:
        return gettext("yes") if row.is_active else gettext("no")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(by_post(self.invite_view))
        return [path("<path:object_id>/invite/", view, name="chiso_user_invite"), *super().get_urls()]

    def invite_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        person: Any = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        self._invite(request, person)
        return to("user", "change", person.pk)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        made = super().get_form(request, obj, change, **options)
        made.seen = self.get_queryset(request)  # type: ignore[attr-defined]
        return made

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """The account itself where there is one already: what was typed of the person is not taken over."""
        request.was_there = form.known is not None  # type: ignore[attr-defined]
        return form.known or super().save_form(request, form, change)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if obj == form.known:
            return
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data and change:  # the old address no longer opens the account
            EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        given = formset.save(commit=False)
        membership.change(person=formset.instance, by=signed_in(request), given=given, taken=formset.deleted_objects)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        membership.remove_person(person=obj, by=signed_in(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if form.known:
            for formset in formsets:
                formset.instance = form.known
                self.save_formset(request, form, formset, change)
            return
        super().save_related(request, form, formsets, change)
        if not change and form.instance.is_active:
            self._invite(request, form.instance)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """Of an account that was there already nothing is told but that it was."""
        if not request.was_there:  # type: ignore[attr-defined]
            return super().response_add(request, obj, post_url_continue)
        told = _("%(email)s already has an account. It stays as it is; what the person is here was added.")
        messages.success(request, told % {"email": obj.email})
        return to("user", "changelist")

    def _invite(self, request: HttpRequest, person: User) -> None:
        """The link by which the person chooses a password, in the person's language."""
        days = settings.PASSWORD_RESET_TIMEOUT // 86400
        context = {
            "user": person,
            "link": request.build_absolute_uri(path_for(person)),
            "days": days,
            "request": request,
        }
        try:
            with override(person.language or settings.LANGUAGE_CODE):
                get_adapter(request).send_mail("account/email/invitation", person.email, context)
        except (OSError, SMTPException):
            told = _("The invitation to %(email)s could not be sent. Please try again from the person's page.")
            messages.warning(request, told % {"email": person.email})
        else:
            messages.success(request, _("A link to choose a password was sent to %(email)s.") % {"email": person.email})


@admin.register(Membership)
class MembershipTable(Exchange, Folded, Table):
    about = About.MEMBERSHIPS
    list_display = ["user", "role", "unit", "level"]
    list_filter = ["role", "unit__level"]
    list_select_related = ["user", "unit"]
    ordering = ["user__full_name", "user__email", "unit__sort_key", "role", "pk"]
    search_fields = ["user__email", "user__full_name", "unit__name"]
    fields = ["user", "role", "unit"]
    deletes = Who.ADMINISTRATOR

    def within(self, rows: Any, user: User) -> Any:
        return rows.filter(unit__in=administered(user).values("pk"))

    def open_to(self, request: HttpRequest, row: Membership) -> bool:
        return row.user_id != signed_in(request).pk

    def has_module_permission(self, request: HttpRequest) -> bool:
        return belongs(request, Who.ADMINISTRATOR)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return belongs(request, Who.ADMINISTRATOR)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        membership.change(person=obj.user, by=signed_in(request), taken=[obj])

    @admin.display(description=_("level"), ordering="unit__level")
    def level(self, row: Membership) -> str:
        return row.unit.get_level_display()
