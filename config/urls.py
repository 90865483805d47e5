"""Every address. Our own pages are never called a portal."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path, re_path

# Of allauth's pages only those that people here need. There is none for one's own e-mail addresses: administrators
# enter them, and whoever could change the one would sign in as somebody nobody entered.
accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),  # says that it is closed
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]

handler400 = "chiso.pages.lacking.not_understood"
handler404 = "chiso.pages.lacking.not_found"
handler500 = "chiso.pages.lacking.failed"

urlpatterns = [
    path("accounts/", include(accounts)),
    path("admin/", admin.site.urls),
    path("", include("chiso.pages.urls")),
]
