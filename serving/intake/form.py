"""A form with a file, out of a body that has been read."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import PurePosixPath

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from serving.problems import FieldError

FORM = "multipart/form-data"
FILE, DRY_RUN = "file", "dry_run"
MOST_LETTERS = 200
"""Of a name: file systems take 255 bytes."""


@dataclass(frozen=True)
class Upload:
    """A file that was sent.

    Attributes:
        name: as it was called, without folders.
        content: what stands in it.
        dry_run: it is only asked what would become of it.
    """

    name: str
    content: bytes
    dry_run: bool


async def upload_of(request: Request, content: bytes) -> Upload:
    """The fields `file` and `dry_run` of a form.

    Raises:
        FieldError: it is no form, has other fields, or they are of another kind.
    """
    try:
        form = await MultiPartParser(request.headers, _once(content), max_files=1, max_fields=1).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise FieldError("body", f"no form with a file: {error}") from error
    try:
        return await _checked(form)
    finally:
        await form.close()


async def _once(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content


async def _checked(form: FormData) -> Upload:
    strange = next((name for name, _ in form.multi_items() if name not in (FILE, DRY_RUN)), None)
    if strange is not None:
        raise FieldError(f"body.{strange[:100]}", "there is no such field")
    file, dry_run = form.get(FILE), form.get(DRY_RUN, "false")
    if not isinstance(file, UploadFile):
        raise FieldError(f"body.{FILE}", "a meter file is needed")
    if dry_run not in ("true", "false"):
        raise FieldError(f"body.{DRY_RUN}", "true or false")
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name
    if not name or name.startswith(".") or len(name) > MOST_LETTERS or "\x00" in name:
        raise FieldError(f"body.{FILE}", "a meter file has a name, which says its form and may say its client")
    return Upload(name, await file.read(), dry_run == "true")
