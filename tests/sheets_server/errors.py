"""The answers Google gives when it refuses: one exception, and the bodies as they were recorded."""

from __future__ import annotations

from typing import Any

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
PROJECT = "000000000000"


class ApiError(Exception):
    """A refusal with the HTTP code and the JSON body that Google sends."""

    def __init__(self, code: int, message: str, details: list[Any] | None = None, body: dict[str, Any] | None = None):
        super().__init__(message)
        self.code = code
        self.message = message
        error: dict[str, Any] = {"code": code, "message": message, "status": STATUS.get(code, "UNKNOWN")}
        if details:
            error["details"] = details
        self.body = body or {"error": error}


def bad_request(message: str) -> ApiError:
    return ApiError(400, message)


def violation(field: str, description: str, message: str | None = None) -> ApiError:
    """A 400 with `BadRequest.fieldViolations`, as unknown names and wrong types get it."""
    entry = {"field": field, "description": description} if field else {"description": description}
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [entry]}
    return ApiError(400, message or description, [detail])


def not_found() -> ApiError:
    return ApiError(404, "Requested entity was not found.")


def permission_denied() -> ApiError:
    return ApiError(403, "The caller does not have permission")


def unauthenticated() -> ApiError:
    return ApiError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )


def unregistered() -> ApiError:
    return ApiError(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or "
        "other form of API consumer identity to call this API.",
    )


def protected() -> ApiError:
    return bad_request(
        "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove "
        "protection if you need to edit."
    )


def quota_exceeded(kind: str) -> ApiError:
    """The 429 of the per-minute quota; `kind` is `read` or `write`. There is no Retry-After."""
    name = kind.capitalize()
    return ApiError(
        429,
        f"Quota exceeded for quota metric '{name} requests' and limit '{name} requests per minute per user' of "
        f"service 'sheets.googleapis.com' for consumer 'project_number:{PROJECT}'.",
        [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "RATE_LIMIT_EXCEEDED",
                "domain": "googleapis.com",
                "metadata": {
                    "service": "sheets.googleapis.com",
                    "consumer": f"projects/{PROJECT}",
                    "quota_limit": f"{name}RequestsPerMinutePerUser",
                    "quota_metric": f"sheets.googleapis.com/{kind}_requests",
                },
            }
        ],
    )


def drive_error(code: int, reason: str, message: str, domain: str = "global", location: str | None = None) -> ApiError:
    """Drive keeps the older error shape, with a list of `errors`."""
    entry = {"message": message, "domain": domain, "reason": reason}
    if location:
        entry |= {"location": location, "locationType": "parameter"}
    return ApiError(code, message, body={"error": {"code": code, "message": message, "errors": [entry]}})


def service_disabled() -> ApiError:
    return ApiError(
        403,
        f"Google Sheets API has not been used in project {PROJECT} before or it is disabled. Enable it by visiting "
        f"https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project={PROJECT} then retry. "
        "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.",
        [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "SERVICE_DISABLED",
                "domain": "googleapis.com",
                "metadata": {"service": "sheets.googleapis.com", "consumer": f"projects/{PROJECT}"},
            }
        ],
    )
