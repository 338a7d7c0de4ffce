"""Static files are collected under names that say their content, and refer to each other by those names."""

import re
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

from firstline import web


def test_scripts_import_each_other_by_hashed_names(tmp_path: Path) -> None:
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "firstline.web.storage.Storage"},
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
        app = (tmp_path / staticfiles_storage.stored_name("js/app.js")).read_text()
    imported = re.findall(r'import\s*"\./(.+?)"', app)
    assert imported
    assert all(re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name) and (tmp_path / "js" / name).exists() for name in imported)


def test_every_page_loads_every_stylesheet() -> None:
    css = Path(web.__file__).parent / "static/css"
    written = {path.relative_to(css).as_posix().removesuffix(".css") for path in css.rglob("*.css")}
    head = (Path(web.__file__).parent / "templates/components/head.html").read_text()
    assert written - set(re.findall(r'"([\w/-]+)"', head)) == set()
