"""Addresses of the readers' and units' door."""

from django.urls import path, register_converter

from chiso.pages import account, board, changes, compare, dispatch, figure, matrix, notice, reply, search, table, unit


class Code:
    """An indicator's code. New ones hold no odd signs; one that does leads to its pages all the same."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Code, "code")

DISPATCH = "dispatches/<slug:issuer>/<int:year>/<path:address>/"
OF_UNIT = "units/<slug:slug>/<slug:issuer>/<int:year>/<path:address>/"

urlpatterns = [
    path("", dispatch.home, name="home"),
    path("dispatches/", dispatch.dispatches, name="dispatches"),
    path(f"{DISPATCH}ranking/<code:indicator>/<str:peers>/", board.board, name="board"),
    path(f"{DISPATCH}table/<str:peers>/", table.table, name="table"),
    path(f"{DISPATCH}compare/<slug:unit>/", compare.compare, name="compare"),
    path(f"{DISPATCH}figures/<slug:unit>/<code:indicator>/", figure.figure, name="figure"),
    path(f"{DISPATCH}reply/<slug:unit>/<code:indicator>/", reply.send, name="reply_send"),
    path(f"{DISPATCH}changes/", changes.changes, name="changes"),
    path(DISPATCH, dispatch.dispatch, name="dispatch"),
    path("matrix/<slug:issuer>/", matrix.first, name="matrices"),
    path("matrix/<slug:issuer>/<code:indicator>/<str:peers>/", matrix.matrix, name="matrix"),
    path("search/", search.search, name="search"),
    path("units/", unit.units, name="units"),
    path("units/<slug:slug>/", unit.unit, name="unit"),
    path(f"{OF_UNIT}chart.svg", unit.unit_chart, name="unit_chart"),
    path(OF_UNIT, unit.unit_dispatch, name="unit_dispatch"),
    path("replies/", reply.replies, name="replies"),
    path("replies/<int:key>/", reply.reply, name="reply"),
    path("replies/<int:key>/add/", reply.add, name="reply_add"),
    path("replies/<int:key>/withdraw/", reply.withdraw, name="reply_withdraw"),
    path("replies/<int:key>/evidence/<int:file>/", reply.evidence, name="reply_evidence"),
    path("account/", account.account, name="account"),
    path("account/notices/", notice.choices, name="notice_choices"),
    path("notices/", notice.notices, name="notices"),
    path("notices/read/", notice.read, name="notices_read"),
    path("notices/<int:key>/", notice.opened, name="notice"),
    path("notices/off/<int:person>/<slug:kind>/<str:signature>/", notice.unsubscribe, name="unsubscribe"),
    path("language/", account.language, name="language"),
]
