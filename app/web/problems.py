"""Errors as people and programs read them: one sentence, no trace."""

from __future__ import annotations

from flask import Flask, Response, current_app, render_template, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from app.errors import AtlasError, BusyError, NotFoundError, RequestError, TooLongError
from app.language import gettext as _
from app.language import mark
from app.web.negotiation import prefers
from app.web.ogc_format import PREFIX, page_wanted
from app.web.responses import json_bytes, page_response

TITLES = {
    400: mark("请求有误"),
    404: mark("没有找到"),
    405: mark("不支持的方法"),
    413: mark("请求体过大"),
    414: mark("地址过长"),
    500: mark("内部错误"),
    503: mark("暂时不可用"),
}
SENTENCES = {
    404: mark("这个地址没有内容；可以从地图或要素清单重新查找。"),
    405: mark("此地址只能读取（GET、HEAD）。"),
    413: mark("此处只读，请求不应带有这么大的内容。"),
    414: mark("地址过长；请缩短条件，或分几次查询。"),
    500: mark("服务器出错，错误已记入日志；请稍后再试。"),
}
UNFINISHED = mark("请求未能完成")
_DATA = (".json", ".geojson", ".jsonld", ".csv", ".xml", ".qml", ".sld", ".png", ".qgz", ".zip", ".mvt")


def wants_json() -> bool:
    """Whether the current request is a program's: by the ending of its address, or its ``Accept`` header."""
    if request.path.endswith(_DATA):
        return True
    if request.path == PREFIX or request.path.startswith(f"{PREFIX}/"):
        return not page_wanted()
    if request.path == "/download":  # f names the file there; only browsers name pages
        return "text/html" not in set(request.accept_mimetypes.values())
    return prefers(request.accept_mimetypes, ("json", "geojson")) is not None


def problem(status: int, detail: str) -> Response:
    """The error as problem JSON (RFC 9457) or as a page."""
    title = _(TITLES.get(status, UNFINISHED))
    if request_ctx.url_adapter is None:  # the Host header is none: no page can be made, it has links
        return Response(
            _("%(title)s：%(detail)s", title=title, detail=detail) + "\n",
            status,
            content_type="text/plain; charset=utf-8",
        )
    if wants_json():
        body = json_bytes({"type": "about:blank", "title": title, "status": status, "detail": detail})
        response = Response(body, status, content_type="application/problem+json; charset=utf-8")
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = "no-store"
        return response
    return page_response(render_template("error.html", title=title, status=status, detail=detail), status)


def register(app: Flask) -> None:
    """Handle the project's errors, Werkzeug's, and the unforeseen."""

    @app.errorhandler(RequestError)
    def bad_request(error: RequestError) -> Response:
        return problem(400, str(error))

    @app.errorhandler(NotFoundError)
    def not_found(error: NotFoundError) -> Response:
        return problem(404, str(error.args[0]) if error.args else _(SENTENCES[404]))

    @app.errorhandler(TooLongError)
    def too_long(error: TooLongError) -> Response:
        return problem(503, str(error))

    @app.errorhandler(BusyError)
    def busy(error: BusyError) -> Response:
        response = problem(503, str(error))
        response.headers["Retry-After"] = str(error.RETRY_AFTER)
        return response

    @app.errorhandler(AtlasError)
    def unavailable(error: AtlasError) -> Response:
        # the cure is for whoever runs the server; readers need not see its file names
        current_app.logger.error("%s", error)
        return problem(503, _("图集数据暂时不可用，请联系管理者查看服务器日志。"))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return Response(error.get_body(), status, error.get_headers())
        short = _("%(sentence)s。", sentence=_(TITLES.get(status, UNFINISHED)))
        response = problem(status, _(SENTENCES[status]) if status in SENTENCES else short)
        if status == 405:
            response.headers["Allow"] = ", ".join(
                sorted(getattr(error, "valid_methods", None) or ("GET", "HEAD"))
            )
        return response

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        current_app.logger.exception("unforeseen error at %s", request.path)
        if app.config.get("PROPAGATE_EXCEPTIONS") or app.testing:
            raise error
        return problem(500, _(SENTENCES[500]))
