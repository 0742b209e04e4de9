"""The cases: files, commands and variables; `{name}` stands for an address of the world, `~` for a space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Case(NamedTuple):
    """Commands in a folder; ``unnamed`` are words of uv's errors that ours need not have."""

    name: str
    steps: tuple[str, ...]
    files: Mapping[str, str] = {}
    variables: Mapping[str, str] = {}
    broken: Mapping[str, Sequence[int]] = {}
    truncated: Mapping[str, int] = {}
    output: bool = False
    unnamed: tuple[str, ...] = ()


def project(*dependencies: str, more: str = "") -> dict[str, str]:
    rows = ", ".join(f'"{one}"' for one in dependencies)
    return {
        "pyproject.toml": f'[project]\nname = "proj"\nversion = "1"\nrequires-python = ">=3.11"\n'
        f"dependencies = [{rows}]\n{more}\n"
    }


def index(url: str, *, name: str = "", **keys: object) -> str:
    lines = ["[[tool.uv.index]]", f'url = "{url}"']
    if name:
        lines.append(f'name = "{name}"')
    for key, value in keys.items():
        written = str(value).lower() if isinstance(value, bool) else value
        lines.append(f"{key.replace('_', '-')} = {written}")
    return "\n".join([*lines, ""])


OPEN = index("{web}/open/simple/", default=True)
_VENV = "venv -q .venv"


def pip(name: str, line: str, **more: object) -> Case:
    return Case(f"pip {name}", (_VENV, f"pip install {line}"), **more)  # type: ignore[arg-type]


def lock(
    name: str, *dependencies: str, more: str = OPEN, steps: tuple[str, ...] = ("lock", "sync"), **rest: object
) -> Case:
    return Case(f"lock {name}", steps, project(*dependencies, more=more), **rest)  # type: ignore[arg-type]


_BASIC = [
    lock("plain", "beta"),
    lock("without trailing slash", "beta", more=index("{web}/open/simple", default=True)),
    lock("upper-case scheme and host", "beta", more=index("HTTP://127.0.0.1:{port}/open/../open/simple/", default=True)),
    lock("missing project", "nothing-here"),
    lock("missing index", "alpha", more=index("{web}/none/simple/", default=True)),
    lock("dead index", "alpha", more=index("{dead}/simple/", default=True), variables={"UV_HTTP_RETRIES": "0"}),
    lock("not an index", "alpha", more=index("{web}/nopage/simple/", default=True)),
    lock("418", "alpha", more=index("{web}/teapot/simple/", default=True)),
    lock("410", "alpha", more=index("{web}/gone/simple/", default=True)),
    lock("503", "alpha", more=index("{web}/down/simple/", default=True), variables={"UV_HTTP_RETRIES": "1"}),
    lock("429", "alpha", more=index("{web}/limited/simple/", default=True), variables={"UV_HTTP_RETRIES": "1"}),
    lock("403", "alpha", more=index("{web}/forbidden/simple/", default=True)),
    lock("401", "alpha", more=index("{web}/refused/simple/", default=True)),
    lock("redirect loop", "alpha", more=index("{web}/loop/simple/", default=True)),
    lock("redirect same origin", "beta", more=index("{web}/same/simple/", default=True)),
    lock("redirect other origin", "beta", more=index("{web}/cross/simple/", default=True)),
    lock("ranges", "beta", more=index("{web}/ranges/simple/", default=True)),
    lock("no ranges", "beta", more=index("{web}/noranges/simple/", default=True)),
    lock("slow", "beta", more=index("{web}/slow/simple/", default=True)),
    lock("5xx then fine", "beta", more=index("{flaky}", default=True), broken={"/simple/beta/": [503, 500]}),
    lock("429 then fine", "beta", more=index("{flaky}", default=True), broken={"/simple/beta/": [429]}),
    lock("truncated page", "beta", more=index("{flaky}", default=True), truncated={"/simple/beta/": 20},
         variables={"UV_HTTP_RETRIES": "1"}),
    lock("truncated file", "alpha==1.0", more=index("{flaky}", default=True),
         truncated={"/files/alpha/alpha-1.0-py3-none-any.whl": 50}, variables={"UV_HTTP_RETRIES": "1"}),
    lock("file answers 404", "alpha==1.0", more=index("{flaky}", default=True),
         broken={"/files/alpha/alpha-1.0-py3-none-any.whl": [404] * 9}),
    lock("file answers 403", "alpha==1.0", more=index("{flaky}", default=True),
         broken={"/files/alpha/alpha-1.0-py3-none-any.whl": [403] * 9}),
]  # fmt: skip

_CREDENTIALS = [
    lock("credentials in URL", "beta", more=index("{web-team}/basic/simple/", default=True)),
    lock("no credentials", "beta", more=index("{web}/basic/simple/", default=True)),
    lock("wrong credentials", "beta", more=index("http://team:wrong@127.0.0.1:{port}/basic/simple/", default=True)),
    lock("pages guarded, files not", "beta", more=index("{web-team}/pages/simple/", default=True)),
    lock("variables", "beta", more=index("{web}/basic/simple/", name="my-Corp.1", default=True),
         variables={"UV_INDEX_MY_CORP_1_USERNAME": "team", "UV_INDEX_MY_CORP_1_PASSWORD": "{teamword}"}),
    lock("variables without user", "beta", more=index("{web}/basic/simple/", name="corp", default=True),
         variables={"UV_INDEX_CORP_PASSWORD": "{teamword}"}),
    lock("variables and user in URL", "beta", more=index("http://team@127.0.0.1:{port}/basic/simple/", name="corp", default=True),
         variables={"UV_INDEX_CORP_PASSWORD": "{teamword}"}),
    lock("variables over the URL", "beta", more=index("http://team:wrong@127.0.0.1:{port}/basic/simple/", name="corp", default=True),
         variables={"UV_INDEX_CORP_USERNAME": "team", "UV_INDEX_CORP_PASSWORD": "{teamword}"}),
    lock("netrc", "beta", more=index("{web}/basic/simple/", default=True), variables={"NETRC": "{here}/netrc"}),
    lock("netrc default entry", "beta", more=index("{web}/basic/simple/", default=True), variables={"NETRC": "{here}/netrc"}),
    lock("netrc of the home folder", "beta", more=index("{web}/basic/simple/", default=True), variables={"HOME": "{here}/home"}),
    lock("netrc wrong user", "beta", more=index("http://other@127.0.0.1:{port}/basic/simple/", default=True), variables={"NETRC": "{here}/netrc"}),
    lock("two in one realm", "beta", "secret", more=index("{web-team}/basic/simple/", name="one", explicit=True)
         + index("{web-robot}/robot/simple/", name="two", default=True) + "[tool.uv.sources]\nbeta = { index = 'one' }\n"),
    lock("two in one realm by variables", "beta", "secret", more=index("{web}/basic/simple/", name="one", explicit=True)
         + index("{web}/robot/simple/", name="two", default=True) + "[tool.uv.sources]\nbeta = { index = 'one' }\n",
         variables={"UV_INDEX_ONE_USERNAME": "team", "UV_INDEX_ONE_PASSWORD": "{teamword}",
                    "UV_INDEX_TWO_USERNAME": "robot", "UV_INDEX_TWO_PASSWORD": "{robotword}"}),
    lock("authenticate never", "beta", more=index("{web}/basic/simple/", default=True, authenticate='"never"'), variables={"NETRC": "{here}/netrc"}),
    lock("authenticate never with credentials", "beta", more=index("{web-team}/basic/simple/", default=True, authenticate='"never"')),
    lock("authenticate always", "beta", more=index("{web}/basic/simple/", default=True, authenticate='"always"'), variables={"NETRC": "{here}/netrc"}),
    lock("authenticate always, open index", "beta", more=index("{web}/open/simple/", default=True, authenticate='"always"'), variables={"NETRC": "{here}/netrc"}),
    lock("authenticate always without any", "beta", more=index("{web}/open/simple/", default=True, authenticate='"always"')),
    lock("redirect guarded to open, other origin", "beta", more=index("{web-team}/guarded/simple/", default=True)),
    lock("redirect guarded to guarded, other origin", "beta", more=index("{web-team}/guarded-to-guarded/simple/", default=True)),
    lock("redirect to guarded, same origin", "beta", more=index("{web-team}/tobasic/simple/", default=True)),
    lock("keyring", "beta", more=index("http://team@127.0.0.1:{port}/basic/simple/", default=True), variables={"UV_KEYRING_PROVIDER": "subprocess"}),
    lock("keyring without user", "beta", more=index("{web}/basic/simple/", default=True), variables={"UV_KEYRING_PROVIDER": "subprocess"}),
    lock("keyring always without user", "beta", more=index("{web}/basic/simple/", default=True, authenticate='"always"'), variables={"UV_KEYRING_PROVIDER": "subprocess"}),
    lock("keyring disabled", "beta", more=index("http://team@127.0.0.1:{port}/basic/simple/", default=True)),
    lock("keyring missing", "beta", more=index("http://team@127.0.0.1:{port}/basic/simple/", default=True),
         variables={"UV_KEYRING_PROVIDER": "subprocess", "PATH": "/usr/local/bin:/usr/bin:/bin"}),
    lock("pypiserver", "secret", more=index("{pypi-team}", default=True)),
    lock("pypiserver refused", "secret", more=index("{pypi}", default=True)),
    lock("pypiserver first, then public", "secret", "beta", more=index("{pypi-team}") + OPEN),
    lock("devpi", "secret", more=index("{devpi}", default=True)),
    lock("devpi first, then public", "secret", "beta", more=index("{devpi}") + OPEN),
    pip("index with credentials", "beta --index-url {web-team}/basic/simple/"),
    pip("direct URL with credentials", "alpha~@~{web-team}/basic/files/alpha-1.0-py3-none-any.whl"),
    pip("direct URL refused", "alpha~@~{web}/basic/files/alpha-1.0-py3-none-any.whl"),
    pip("direct URL, credentials of the index", "alpha~@~{web}/basic/files/alpha-1.0-py3-none-any.whl --index-url {web-team}/basic/simple/"),
    lock("credentials in source URL", "alpha @ {web-team}/basic/files/alpha-1.0-py3-none-any.whl"),
    Case("compile emits no credentials", ("pip compile req.in --emit-index-url --emit-index-annotation --no-header",),
         {"req.in": "beta\n"}, {"UV_INDEX_URL": "{web-team}/basic/simple/"}, output=True),
    Case("compile with files of credentials", ("pip compile req.in -o out.txt",),
         {"req.in": "--index-url {web-team}/basic/simple/\nbeta\n"}),
    Case("export from credentials", ("lock", "export", "export --format pylock.toml"),
         project("beta", more=index("{web-team}/basic/simple/", default=True)), output=True),
]  # fmt: skip

_NETRC = "machine 127.0.0.1\nlogin team\npassword {teamword}\n"
_KEYRING = '#!/bin/sh\necho "$@" >> "$(dirname "$0")/../asked"\ncase "$*" in *"get"*team*) echo {teamword};; *"--mode creds"*) echo team; echo {teamword};; *) exit 1;; esac\n'


def _with_helpers(case: Case) -> Case:
    if "netrc default" in case.name:
        return case._replace(files={**case.files, "netrc": "default\nlogin team\npassword {teamword}\n"})
    if "netrc of the home" in case.name:
        return case._replace(files={**case.files, "home/.netrc": _NETRC})
    if "NETRC" in case.variables:
        return case._replace(files={**case.files, "netrc": _NETRC})
    if "keyring" in case.name and "missing" not in case.name:
        return case._replace(files={**case.files, "bin/keyring": _KEYRING})
    return case


_CODES = index("{web}/forbidden/simple/", name="first", ignore_error_codes="[403]") + OPEN
_CHOICE = [
    lock("403 goes on", "alpha", more=index("{web}/forbidden/simple/", name="first") + OPEN),
    lock("403 ignored", "alpha", more=_CODES),
    lock("401 first index", "alpha", more=index("{web}/refused/simple/", name="first") + OPEN),
    lock("401 ignored", "alpha", more=index("{web}/refused/simple/", name="first", ignore_error_codes="[401]") + OPEN),
    lock("418 ignored", "alpha", more=index("{web}/teapot/simple/", name="first", ignore_error_codes="[418]") + OPEN),
    lock("404 not ignorable", "alpha", more=index("{web}/none/simple/", name="first", ignore_error_codes="[403]") + OPEN),
    lock("wrong error code", "alpha", more=index("{web}/none/simple/", name="first", ignore_error_codes="[9000]") + OPEN),
    lock("explicit", "alpha", "beta", more=index("{web}/none/simple/", name="private", explicit=True) + OPEN),
    lock("explicit by source", "secret", "beta", more=index("file://{private}/simple", name="private", explicit=True) + OPEN
         + "[tool.uv.sources]\nsecret = { index = 'private' }\n"),
    lock("explicit without name", "alpha", more=index("{web}/open/simple/", explicit=True)),
    lock("duplicate names", "alpha", more=index("{web}/open/simple/", name="a") + index("{web}/same/simple/", name="a")),
    lock("two defaults", "alpha", more=index("{web}/open/simple/", name="a", default=True) + index("{web}/same/simple/", name="b", default=True)),
    lock("unknown source index", "alpha", more=OPEN + "[tool.uv.sources]\nalpha = { index = 'nowhere' }\n"),
    lock("first-index", "alpha", more=index("{private}/files", format='"flat"') + OPEN),
    *(lock(f"strategy {how}", "alpha>=1.1", more=f"[tool.uv]\nindex-strategy = '{how}'\n" + index("{dated}") + OPEN)
      for how in ("first-index", "unsafe-first-match", "unsafe-best-match", "unsafe-any-match")),
    *(lock(f"strategy newest elsewhere {how}", "alpha", more=f"[tool.uv]\nindex-strategy = '{how}'\n" + OPEN.replace("default = true\n", "") + index("{dated}", default=True))
      for how in ("first-index", "unsafe-first-match", "unsafe-best-match")),
    pip("strategy alias", "alpha --index-url {dated} --extra-index-url {web}/open/simple/ --index-strategy unsafe-any-match"),
    pip("strategy best", "alpha --index-url {dated} --extra-index-url {web}/open/simple/ --index-strategy unsafe-best-match"),
    pip("strategy first", "alpha --index-url {dated} --extra-index-url {web}/open/simple/"),
    lock("by marker", "alpha", more=index("{dated}", name="dated", explicit=True) + OPEN
         + "[tool.uv.sources]\nalpha = [{ index = 'dated', marker = \"sys_platform == 'linux'\" }]\n"),
    lock("by marker, two", "alpha", more=index("{dated}", name="dated", explicit=True) + index("{web}/open/simple/", name="open", explicit=True) + OPEN
         + "[tool.uv.sources]\nalpha = [{ index = 'dated', marker = \"sys_platform == 'linux'\" }, { index = 'open', marker = \"sys_platform != 'linux'\" }]\n"),
    lock("by extra", more="[project.optional-dependencies]\none = ['alpha']\ntwo = ['alpha']\n[tool.uv]\nconflicts = [[{ extra = 'one' }, { extra = 'two' }]]\n"
         + index("{dated}", name="dated", explicit=True) + index("{web}/open/simple/", name="open", explicit=True) + OPEN
         + "[tool.uv.sources]\nalpha = [{ index = 'dated', extra = 'one' }, { index = 'open', extra = 'two' }]\n", steps=("lock", "sync --extra one", "sync --extra two")),
    lock("by group", more="[dependency-groups]\none = ['alpha']\ntwo = ['alpha']\n[tool.uv]\nconflicts = [[{ group = 'one' }, { group = 'two' }]]\n"
         + index("{dated}", name="dated", explicit=True) + index("{web}/open/simple/", name="open", explicit=True) + OPEN
         + "[tool.uv.sources]\nalpha = [{ index = 'dated', group = 'one' }, { index = 'open', group = 'two' }]\n", steps=("lock", "sync --group one", "sync --group two")),
    lock("exclude-newer", "alpha", more=index("{dated}", default=True) + "[tool.uv]\nexclude-newer = '2024-07-01T00:00:00Z'\n"),
    lock("exclude-newer of index", "alpha", "delta", more=index("{dated}", default=True, exclude_newer="'2024-07-01T00:00:00Z'")),
    lock("exclude-newer of index false", "alpha", "delta", more=index("{dated}", default=True, exclude_newer=False) + "[tool.uv]\nexclude-newer = '2024-07-01T00:00:00Z'\n"),
    lock("exclude-newer of index over global", "alpha", "delta", more=index("{dated}", default=True, exclude_newer="'2024-02-01T00:00:00Z'") + "[tool.uv]\nexclude-newer = '2024-07-01T00:00:00Z'\n"),
    lock("exclude-newer of package", "alpha", "delta", more=index("{dated}", default=True) + "[tool.uv]\nexclude-newer-package = { alpha = '2024-02-01T00:00:00Z' }\n"),
    lock("exclude-newer of package over index", "alpha", "delta", more=index("{dated}", default=True, exclude_newer="'2024-07-01T00:00:00Z'") + "[tool.uv]\nexclude-newer-package = { alpha = '2024-02-01T00:00:00Z' }\n"),
    lock("exclude-newer of explicit index", "alpha", "delta", more=index("{dated}", name="dated", explicit=True, exclude_newer="'2024-02-01T00:00:00Z'") + index("{flaky}", default=True)
         + "[tool.uv.sources]\nalpha = { index = 'dated' }\n"),
    lock("exclude-newer without dates", "alpha", more=OPEN + "[tool.uv]\nexclude-newer = '2024-07-01T00:00:00Z'\n"),
    lock("exclude-newer of index invalid", "alpha", more=index("{dated}", default=True, exclude_newer="'soon'")),
    lock("cache-control", "alpha", more=index("{web}/open/simple/", default=True, cache_control="{ api = 'max-age=600', files = 'max-age=365000000' }")),
    lock("cache-control invalid", "alpha", more=index("{web}/open/simple/", default=True, cache_control="{ api = '\\n' }")),
    lock("hash-algorithm", "alpha", more=index("{web}/open/simple/", default=True, hash_algorithm="'sha256'")),
    lock("authenticate invalid", "alpha", more=index("{web}/open/simple/", default=True, authenticate="'maybe'")),
    lock("format invalid", "alpha", more=index("{web}/open/simple/", default=True, format="'round'")),
    lock("name invalid", "alpha", more=index("{web}/open/simple/", default=True, name="a b")),
    Case("index by name on the command line", ("lock --index private=file://{private}/simple", "lock --default-index {web}/open/simple/ --index {dated}"), project("alpha")),
    Case("default-index over the project's", ("lock --default-index {dated}",), project("alpha", more=OPEN)),
    Case("index over the project's", ("lock --index {dated}",), project("alpha", more=OPEN)),
    Case("UV_INDEX several", ("lock",), project("alpha", "secret"), {"UV_INDEX": "{dated} x={web}/open/simple/", "UV_DEFAULT_INDEX": "{web}/none/simple"}),
    Case("UV_EXTRA_INDEX_URL", ("lock",), project("alpha", "secret"), {"UV_EXTRA_INDEX_URL": "{dated} {web}/open/simple/", "UV_INDEX_URL": "{web}/none/simple"}),
    Case("no-index", (_VENV, "pip install alpha --no-index"), {}, {"UV_DEFAULT_INDEX": "{web}/open/simple/"}),
]  # fmt: skip

_FLAT = [
    lock("flat folder", "beta", more=index("{tree}/files", format='"flat"', default=True)),
    lock("flat relative folder", "beta", more=index("wheels", format='"flat"', default=True), steps=("lock",)),
    lock("flat page", "beta", more=index("{web}/open/links.html", format='"flat"', default=True)),
    lock("flat page guarded", "beta", more=index("{web-team}/basic/links.html", format='"flat"', default=True)),
    lock("flat file URL", "beta", more=index("file://{tree}/files", format='"flat"', default=True)),
    lock("flat file URL of a page", "beta", more=index("file://{tree}/links.html", format='"flat"', default=True)),
    lock("flat path of a page", "beta", more=index("{tree}/links.html", format='"flat"', default=True)),
    lock("flat folder missing", "beta", more=index("{tree}/nowhere", format='"flat"', default=True)),
    lock("flat page missing", "beta", more=index("{web}/nowhere.html", format='"flat"', default=True)),
    lock("flat page refused", "beta", more=index("{web}/basic/links.html", format='"flat"', default=True)),
    lock("flat page dead", "beta", more=index("{dead}/links.html", format='"flat"', default=True), variables={"UV_HTTP_RETRIES": "0"}),
    lock("flat without project", "nothing-here", more=index("{tree}/files", format='"flat"', default=True)),
    lock("flat before simple", "alpha", more=index("{private}/files", format='"flat"') + OPEN),
    lock("flat explicit", "alpha", "beta", more=index("{private}/files", name="p", format='"flat"', explicit=True) + OPEN + "[tool.uv.sources]\nalpha = { index = 'p' }\n"),
    lock("simple folder", "beta", more=index("{tree}/simple", default=True)),
    lock("simple file URL", "beta", more=index("file://{tree}/simple", default=True)),
    lock("simple folder without project", "nothing-here", more=index("{tree}/simple", default=True)),
    lock("simple folder missing", "beta", more=index("{tree}/nowhere", default=True)),
    lock("find-links folder", "beta", more="[tool.uv]\nfind-links = ['{tree}/files']\nno-index = true\n"),
    lock("find-links page", "beta", more="[tool.uv]\nfind-links = ['{web}/open/links.html']\nno-index = true\n"),
    lock("find-links relative", "beta", more="[tool.uv]\nfind-links = ['./wheels']\nno-index = true\n", steps=("lock",)),
    lock("find-links with index", "alpha", more="[tool.uv]\nfind-links = ['{private}/files']\n" + OPEN),
    lock("find-links page with index", "alpha", more="[tool.uv]\nfind-links = ['{web}/open/links.html']\n" + index("{dated}", default=True)),
    lock("find-links missing page", "alpha", more="[tool.uv]\nfind-links = ['{web}/nowhere.html']\n" + OPEN),
    lock("find-links missing folder", "alpha", more="[tool.uv]\nfind-links = ['{tree}/nowhere']\n" + OPEN),
    pip("find-links folder", "beta --no-index --find-links {tree}/files"),
    pip("find-links file URL", "beta --no-index --find-links file://{tree}/files"),
    pip("find-links page", "beta --no-index --find-links {web}/open/links.html"),
    pip("find-links page of a file", "beta --no-index --find-links {tree}/links.html"),
    pip("find-links file URL of a page", "beta --no-index --find-links file://{tree}/links.html"),
    pip("find-links sdist", "delta --no-index --find-links {tree}/files"),
    pip("find-links missing folder", "beta --no-index --find-links {tree}/nowhere"),
    pip("find-links missing page", "beta --no-index --find-links {web}/nowhere.html"),
    pip("find-links guarded page", "beta --no-index --find-links {web-team}/basic/links.html"),
    pip("find-links refused page", "beta --no-index --find-links {web}/basic/links.html"),
    pip("find-links dead", "beta --no-index --find-links {dead}/links.html", variables={"UV_HTTP_RETRIES": "0"}),
    pip("find-links not a page", "beta --no-index --find-links {web}/nopage/links.html"),
    pip("find-links newer elsewhere", "alpha --find-links {private}/files --index-url {web}/open/simple/"),
    pip("find-links variable", "beta --no-index", variables={"UV_FIND_LINKS": "{private}/files,{tree}/files"}),
    pip("find-links in file", "-r req.txt", files={"req.txt": "--no-index\n--find-links {tree}/files\nbeta\n"}),
    pip("find-links relative in file", "-r sub/req.txt", files={"sub/req.txt": "--no-index\n--find-links ../wheels\nbeta\n"}),
]  # fmt: skip

_TLS = [
    lock("tls untrusted", "beta", more=index("{tls}/open/simple/", default=True), variables={"UV_HTTP_RETRIES": "0"}),
    lock("tls SSL_CERT_FILE", "beta", more=index("{tls}/open/simple/", default=True), variables={"SSL_CERT_FILE": "{ca}"}),
    lock("tls SSL_CERT_DIR", "beta", more=index("{tls}/open/simple/", default=True), variables={"SSL_CERT_DIR": "{here}/certs"}),
    lock("tls SSL_CERT_FILE missing", "beta", more=index("{tls}/open/simple/", default=True), variables={"SSL_CERT_FILE": "{here}/none.pem"}),
    lock("tls insecure host", "beta", more="[tool.uv]\nallow-insecure-host = ['127.0.0.1']\n" + index("{tls}/open/simple/", default=True)),
    lock("tls insecure host with other port", "beta", more="[tool.uv]\nallow-insecure-host = ['127.0.0.1:9']\n" + index("{tls}/open/simple/", default=True)),
    lock("tls insecure host variable", "beta", more=index("{tls}/open/simple/", default=True), variables={"UV_INSECURE_HOST": "127.0.0.1"}),
    pip("tls insecure host", "beta --index-url {tls}/open/simple/ --allow-insecure-host 127.0.0.1"),
    pip("tls trusted-host", "beta --index-url {tls}/open/simple/ --trusted-host 127.0.0.1"),
    lock("tls no client certificate", "beta", more=index("{mutual}/open/simple/", default=True), variables={"SSL_CERT_FILE": "{ca}", "UV_HTTP_RETRIES": "0"}),
    lock("tls client certificate", "beta", more=index("{mutual}/open/simple/", default=True), variables={"SSL_CERT_FILE": "{ca}", "SSL_CLIENT_CERT": "{client}"}),
    lock("tls with credentials", "beta", more=index("{tls}/basic/simple/", name="corp", default=True),
         variables={"SSL_CERT_FILE": "{ca}", "UV_INDEX_CORP_USERNAME": "team", "UV_INDEX_CORP_PASSWORD": "{teamword}"}),
    lock("proxy", "beta", more=index("http://index.example/open/simple/", default=True), variables={"HTTP_PROXY": "{web}", "UV_HTTP_RETRIES": "0"}),
    lock("proxy lower case", "beta", more=index("http://index.example/open/simple/", default=True), variables={"http_proxy": "{web}", "UV_HTTP_RETRIES": "0"}),
    lock("proxy ALL_PROXY", "beta", more=index("http://index.example/open/simple/", default=True), variables={"ALL_PROXY": "{web}", "UV_HTTP_RETRIES": "0"}),
    lock("proxy dead", "beta", variables={"HTTP_PROXY": "{dead}", "UV_HTTP_RETRIES": "0"}),
    lock("proxy NO_PROXY", "beta", variables={"HTTP_PROXY": "{dead}", "NO_PROXY": "127.0.0.1", "UV_HTTP_RETRIES": "0"}),
    lock("proxy NO_PROXY network", "beta", variables={"HTTP_PROXY": "{dead}", "NO_PROXY": "other.example,127.0.0.0/8", "UV_HTTP_RETRIES": "0"}),
    lock("proxy NO_PROXY star", "beta", variables={"HTTP_PROXY": "{dead}", "NO_PROXY": "*", "UV_HTTP_RETRIES": "0"}),
    lock("proxy in settings", "beta", more=index("http://index.example/open/simple/", default=True) + "[tool.uv]\nhttp-proxy = '{web}'\n", variables={"UV_HTTP_RETRIES": "0"}),
]  # fmt: skip

_HASH = "--hash=sha256:{alpha-1.0-py3-none-any.whl}"
_BAD = "--hash=sha256:" + "0" * 64
_URL = "{web}/open/files/alpha-1.0-py3-none-any.whl"
_SDIST = "{web}/open/files/delta-1.0.tar.gz"


def hashed(name: str, text: str, line: str = "", *, command: str = "install", **more: object) -> Case:
    files = {"req.txt": text, **more.pop("files", {})}  # type: ignore[dict-item]
    first = f"pip {command} -r req.txt" if command == "install" else f"pip {command} req.txt"
    return Case(f"hash {name}", (_VENV, f"{first} --index-url {{web}}/open/simple/ {line}"), files, **more)  # type: ignore[arg-type]


_HASHES = [
    hashed("right", f"alpha==1.0 {_HASH}\n"),
    hashed("wrong", f"alpha==1.0 {_BAD}\n"),
    hashed("wrong and right", f"alpha==1.0 {_BAD} {_HASH}\n"),
    hashed("wrong, verify off", f"alpha==1.0 {_BAD}\n", "--no-verify-hashes"),
    hashed("required right", f"alpha==1.0 {_HASH}\n", "--require-hashes"),
    hashed("required none", "alpha==1.0\n", "--require-hashes"),
    hashed("required unpinned", f"alpha {_HASH}\n", "--require-hashes"),
    hashed("required range", f"alpha>=1.0 {_HASH}\n", "--require-hashes"),
    hashed("required star", f"alpha==1.* {_HASH}\n", "--require-hashes"),
    hashed("required dependency without", "beta==1.0 --hash=sha256:{beta-1.0-py3-none-any.whl}\n", "--require-hashes"),
    hashed("required dependency by constraint", "beta==1.0 --hash=sha256:{beta-1.0-py3-none-any.whl}\n", "--require-hashes -c c.txt", files={"c.txt": f"alpha==1.0 {_HASH}\n"}),
    hashed("required constraint only", "alpha\n", "--require-hashes -c c.txt", files={"c.txt": f"alpha==1.0 {_HASH}\n"}),
    hashed("constraint wrong", "alpha==1.0\n", "-c c.txt", files={"c.txt": f"alpha==1.0 {_BAD}\n"}),
    hashed("constraint wrong, requirement right", f"alpha==1.0 {_HASH}\n", "-c c.txt", files={"c.txt": f"alpha==1.0 {_BAD}\n"}),
    hashed("required in file", "--require-hashes\nalpha==1.0\n"),
    hashed("one hashed, one not", f"alpha==1.0 {_HASH}\nbeta==1.0\n"),
    hashed("one hashed, one not, required", f"alpha==1.0 {_HASH}\nbeta==1.0\n", "--require-hashes"),
    hashed("unpinned with hash", f"alpha {_HASH}\n"),
    hashed("unpinned with wrong hash", f"alpha {_BAD}\n"),
    hashed("md5", "alpha==1.0 --hash=md5:00000000000000000000000000000000\n"),
    hashed("sha512 wrong", "alpha==1.0 --hash=sha512:" + "0" * 128 + "\n"),
    hashed("unknown algorithm", "alpha==1.0 --hash=crc:00\n"),
    hashed("malformed", "alpha==1.0 --hash=sha256\n"),
    hashed("sdist right", "delta==1.0 --hash=sha256:{delta-1.0.tar.gz}\n"),
    hashed("sdist wrong", f"delta==1.0 {_BAD}\n"),
    hashed("sdist required", "delta==1.0 --hash=sha256:{delta-1.0.tar.gz}\n", "--require-hashes"),
    hashed("url right", f"alpha @ {_URL} {_HASH}\n"),
    hashed("url wrong", f"alpha @ {_URL} {_BAD}\n"),
    hashed("url required none", f"alpha @ {_URL}\n", "--require-hashes"),
    hashed("url fragment right", f"alpha @ {_URL}#sha256={{alpha-1.0-py3-none-any.whl}}\n"),
    hashed("url fragment wrong", f"alpha @ {_URL}#sha256={'0' * 64}\n"),
    hashed("url fragment required", f"alpha @ {_URL}#sha256={{alpha-1.0-py3-none-any.whl}}\n", "--require-hashes"),
    hashed("url fragment wrong, verify off", f"alpha @ {_URL}#sha256={'0' * 64}\n", "--no-verify-hashes"),
    hashed("url fragment and hash differ", f"alpha @ {_URL}#sha256={{alpha-1.0-py3-none-any.whl}} {_BAD}\n"),
    hashed("url sdist wrong", f"delta @ {_SDIST} {_BAD}\n"),
    hashed("url sdist fragment wrong", f"delta @ {_SDIST}#sha256={'0' * 64}\n"),
    hashed("path wrong", f"{{tree}}/files/alpha-1.0-py3-none-any.whl {_BAD}\n"),
    hashed("path right required", f"{{tree}}/files/alpha-1.0-py3-none-any.whl {_HASH}\n", "--require-hashes"),
    hashed("path required none", "{tree}/files/alpha-1.0-py3-none-any.whl\n", "--require-hashes"),
    hashed("path sdist wrong", f"{{tree}}/files/delta-1.0.tar.gz {_BAD}\n"),
    hashed("directory required", "./tree\n", "--require-hashes", files={"tree/pyproject.toml": "[project]\nname='t'\nversion='1'\n"}),
    hashed("editable required", "-e ./tree\n", "--require-hashes", files={"tree/pyproject.toml": "[project]\nname='t'\nversion='1'\n"}),
    hashed("sync wrong", f"alpha==1.0 {_BAD}\n", command="sync"),
    hashed("sync right", f"alpha==1.0 {_HASH}\n", command="sync"),
    hashed("sync required none", "alpha==1.0\n", "--require-hashes", command="sync"),
    hashed("sync required dependency", "beta==1.0 --hash=sha256:{beta-1.0-py3-none-any.whl}\n", "--require-hashes", command="sync"),
    hashed("variable", "alpha==1.0\n", variables={"UV_REQUIRE_HASHES": "1"}),
    hashed("verify variable off", f"alpha==1.0 {_BAD}\n", variables={"UV_NO_VERIFY_HASHES": "1"}),
    hashed("page lies", "alpha==1.0\n", "--default-index {here}/lying", files={"lying/alpha/index.html": '<a href="{web}/open/files/alpha-1.0-py3-none-any.whl#sha256=' + "0" * 64 + '">alpha-1.0-py3-none-any.whl</a>'}),
    Case("hash in lock wrong", ("lock", "sync"), project("alpha==1.0", more=index("file://{here}/lying", default=True)) | {"lying/alpha/index.html": '<a href="{web}/open/files/alpha-1.0-py3-none-any.whl#sha256=' + "0" * 64 + '">alpha-1.0-py3-none-any.whl</a>'}),
    Case("hash of source URL wrong", ("lock", "sync"), project("alpha", more=OPEN + "[tool.uv.sources]\nalpha = { url = '" + _URL + "#sha256=" + "0" * 64 + "' }\n")),
]  # fmt: skip

# Where the two differ on purpose, and why.
KNOWN = {
    "lock upper-case scheme and host": "uv does not find projects of an index whose scheme is in capitals",
    "lock redirect loop": "uv takes a page that redirects for ever for a project without versions",
    "lock authenticate never with credentials": "uvkit sends none at all, uv those in the address to the pages",
    "lock redirect guarded to guarded, other origin": "uvkit names the address that refused, uv the index",
    "lock credentials in source URL": "uv writes them into its lock",
    "compile emits no credentials": "asked for by --emit-index-url, in both",
    "lock explicit without name": "uvkit names the key of the table, uv the address",
    "lock unknown source index": "uv takes it for a build that fails",
    "lock exclude-newer without dates": "uv names every file without a date, uvkit the project",
    "pip find-links not a page": "uv takes it for a page without links",
    "lock proxy NO_PROXY star": "a star means all hosts, as for curl",
    "hash md5": "uv names all digests that it computed",
    "hash sha512 wrong": "uv names all digests that it computed",
    "hash url wrong": "uvkit names the file, uv its address",
    "hash url fragment wrong": "uvkit names the file, uv its address",
    "hash url fragment and hash differ": "uvkit refuses the line before it asks for the file",
    "hash url sdist wrong": "uvkit names the file, uv its address",
    "hash url sdist fragment wrong": "uvkit names the file, uv its address",
    "hash of source URL wrong": "uv takes it for a build that fails",
}

CASES = [_with_helpers(case) for case in (*_BASIC, *_CREDENTIALS, *_CHOICE, *_FLAT, *_TLS, *_HASHES)]
