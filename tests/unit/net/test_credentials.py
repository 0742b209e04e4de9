from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from uvkit.errors import MissingCredentialsError
from uvkit.net import (
    CredentialProvider,
    Credentials,
    CredentialStore,
    KeyringProvider,
    NetrcProvider,
    basic_authorization,
    split_credentials,
)
from uvkit.net.keyring import run_command

ALICE = Credentials("alice", "secret")
BOB = Credentials("bob", "hush")


def conversation(
    store: CredentialStore, url: str, accepts: Callable[[Credentials | None], bool]
) -> tuple[list[Credentials | None], tuple[str, ...]]:
    """Run the flow against a server that accepts some credentials."""
    flow = store.flow(url)
    offered = [next(flow)]
    while True:
        try:
            offered.append(flow.send(200 if accepts(offered[-1]) else 401))
        except StopIteration as end:
            return offered, end.value


def provider(answers: dict[str, Credentials], asked: list[str] | None = None) -> CredentialProvider:
    def provide(url: str) -> Credentials | None:
        if asked is not None:
            asked.append(url)
        return answers.get(url)

    return provide


def test_nothing_is_sent_to_a_server_that_asks_for_nothing() -> None:
    store = CredentialStore([provider({"https://index.example:443": ALICE})])

    offered, _ = conversation(store, "https://index.example/simple/a/", lambda c: c is None)

    assert offered == [None]


def test_credentials_in_the_url_come_first_and_without_a_challenge() -> None:
    offered, _ = conversation(CredentialStore(), "https://alice:se%63ret@index.example/a", lambda c: c == ALICE)

    assert offered == [ALICE]


def test_providers_are_asked_after_a_refusal_in_their_order() -> None:
    url = "https://index.example/simple/a/"
    store = CredentialStore([provider({}), provider({url: BOB}), provider({url: ALICE})])

    offered, tried = conversation(store, url, lambda c: c == ALICE)

    assert offered == [None, BOB, ALICE]
    assert len(tried) == 3


def test_what_worked_is_sent_at_once_to_the_same_origin() -> None:
    store = CredentialStore([provider({"https://index.example/simple/a/": ALICE})])
    conversation(store, "https://index.example/simple/a/", lambda c: c == ALICE)

    offered, _ = conversation(store, "https://index.example/files/a.whl", lambda c: c == ALICE)

    assert offered == [ALICE]


def test_what_worked_is_not_sent_to_another_origin() -> None:
    store = CredentialStore([provider({"https://index.example/a": ALICE})])
    conversation(store, "https://index.example/a", lambda c: c == ALICE)

    for other in ("https://files.example/a", "http://index.example/a", "https://index.example:8443/a"):
        offered, _ = conversation(store, other, lambda c: c is None)

        assert offered == [None]


def test_two_indexes_of_one_origin_keep_their_own_credentials() -> None:
    store = CredentialStore()
    store.register("https://index.example/one/simple", ALICE)
    store.register("https://index.example/two/simple/", BOB)

    first, _ = conversation(store, "https://index.example/one/simple/a/", lambda c: c == ALICE)
    second, _ = conversation(store, "https://index.example/two/simple/a/", lambda c: c == BOB)
    file, _ = conversation(store, "https://index.example/files/a.whl", lambda c: c == ALICE)

    assert (first, second) == ([ALICE], [BOB])
    assert file == [BOB, ALICE]


def test_files_beside_an_index_get_its_credentials_after_a_refusal() -> None:
    store = CredentialStore()
    store.register("https://index.example/one/simple", ALICE)
    store.register("https://index.example/two/simple", BOB)
    store.register("https://other.example/simple", Credentials("carol", "other"))

    sent, _ = conversation(store, "https://index.example/files/a.whl", lambda c: c == BOB)

    assert sent == [None, ALICE, BOB]


def test_a_provider_is_asked_again_when_its_answer_is_refused() -> None:
    tokens = iter(range(9))
    store = CredentialStore([lambda _: Credentials("robot", f"token-{next(tokens)}")])
    url = "https://index.example/simple/a/"

    first, _ = conversation(store, url, lambda c: c == Credentials("robot", "token-0"))
    second, _ = conversation(store, url, lambda c: c == Credentials("robot", "token-1"))
    third, _ = conversation(store, url, lambda c: c == Credentials("robot", "token-1"))

    assert first == [None, Credentials("robot", "token-0")]
    assert second == [Credentials("robot", "token-0"), None, Credentials("robot", "token-1")]
    assert third == [Credentials("robot", "token-1")]


def test_a_provider_that_answers_the_same_is_not_tried_twice() -> None:
    store = CredentialStore([lambda _: ALICE])

    conversation(store, "https://index.example/simple/a/", lambda c: c == ALICE)
    sent, _ = conversation(store, "https://index.example/simple/b/", lambda _: False)

    assert sent == [ALICE, None]


def test_always_makes_no_request_without_credentials() -> None:
    store = CredentialStore([lambda _: None])
    store.register("https://index.example/simple", None, policy="always")

    with pytest.raises(MissingCredentialsError) as raised:
        conversation(store, "https://index.example/simple/a/", lambda _: True)

    assert raised.value.url == "https://index.example/simple/a/"


def test_a_provider_is_asked_for_the_address_of_the_index() -> None:
    asked: list[str] = []
    store = CredentialStore([provider({}, asked)])
    store.register("https://index.example", None, asked="https://index.example/simple/")

    conversation(store, "https://index.example/files/a.whl", lambda _: False)

    assert asked == ["https://index.example/simple/"]


def test_a_prefix_ends_at_a_slash() -> None:
    store = CredentialStore()
    store.register("https://index.example/simple", ALICE)

    offered, _ = conversation(store, "https://index.example/simple-private/a/", lambda c: c is None)

    assert offered == [None]


def test_a_user_name_alone_asks_the_providers_first_and_then_stands_for_itself() -> None:
    asked: list[str] = []
    store = CredentialStore([provider({}, asked)])

    offered, _ = conversation(store, "https://token@index.example/a", lambda c: c == Credentials("token"))

    assert offered == [Credentials("token")]
    assert asked == ["https://token@index.example/a"]


def test_always_asks_before_the_first_request() -> None:
    store = CredentialStore([provider({"https://index.example/simple": ALICE})])
    store.register("https://index.example/simple", None, policy="always")

    offered, _ = conversation(store, "https://index.example/simple/a/", lambda c: c == ALICE)

    assert offered == [ALICE]


def test_never_asks_nobody_even_after_a_refusal() -> None:
    asked: list[str] = []
    store = CredentialStore([provider({}, asked)])
    store.register("https://index.example/simple", None, policy="never")

    offered, _ = conversation(store, "https://index.example/simple/a/", lambda c: False)

    assert offered == [None]
    assert asked == []


def test_a_provider_is_asked_once_for_an_index() -> None:
    asked: list[str] = []
    store = CredentialStore([provider({}, asked)])
    store.register("https://index.example/simple", None)

    for project in "abc":
        conversation(store, f"https://index.example/simple/{project}/", lambda c: False)

    assert asked == ["https://index.example/simple"]


def test_secrets_do_not_show() -> None:
    assert "secret" not in repr(ALICE)
    assert split_credentials("https://alice:secret@index.example/a") == ("https://index.example/a", ALICE, True)


def test_basic_authorization_is_that_of_the_standard() -> None:
    assert basic_authorization(Credentials("Aladdin", "open sesame")) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


# -- netrc -------------------------------------------------------------------------------------------------------------


def test_netrc_is_read_from_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine index.example login alice password secret\n")

    assert NetrcProvider({}, home=tmp_path)("https://index.example/simple") == ALICE
    assert NetrcProvider({}, home=tmp_path)("https://other.example/simple") is None


def test_the_netrc_variable_names_another_file(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine index.example login bob password hush\n")
    (tmp_path / "named").write_text("machine index.example login alice password secret\n")

    assert NetrcProvider({"NETRC": str(tmp_path / "named")}, home=tmp_path)("https://index.example/") == ALICE


def test_netrc_gives_nothing_for_another_user(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine index.example login alice password secret\n")

    assert NetrcProvider({}, home=tmp_path)("https://bob@index.example/simple") is None


def test_the_default_entry_of_netrc_counts(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login alice password secret\n")

    assert NetrcProvider({}, home=tmp_path)("https://index.example/simple") == ALICE


@pytest.mark.parametrize("content", ["machine", "machine a login", "\udcff".encode(errors="surrogateescape")])
def test_a_broken_netrc_gives_nothing(tmp_path: Path, content: str | bytes) -> None:
    (tmp_path / ".netrc").write_bytes(content if isinstance(content, bytes) else content.encode())

    assert NetrcProvider({}, home=tmp_path)("https://index.example/simple") is None


# -- keyring -----------------------------------------------------------------------------------------------------------


def command(answers: dict[tuple[str, str], str], ran: list[Sequence[str]]) -> KeyringProvider:
    def run(argv: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        ran.append(tuple(argv))
        password = answers.get((argv[2], argv[3]))
        return subprocess.CompletedProcess(argv, 0 if password else 1, stdout=f"{password or ''}\n".encode())

    return KeyringProvider("subprocess", run=run)


def test_the_keyring_command_is_asked_for_the_url_and_then_the_host() -> None:
    ran: list[Sequence[str]] = []
    keyring = command({("index.example", "alice"): "secret"}, ran)

    found = keyring("https://alice@index.example/simple")

    assert found == ALICE
    assert ran == [
        ("keyring", "get", "https://index.example/simple", "alice"),
        ("keyring", "get", "index.example", "alice"),
    ]


def test_the_keyring_command_needs_a_user_name() -> None:
    ran: list[Sequence[str]] = []

    assert command({}, ran)("https://index.example/simple") is None
    assert ran == []


def test_an_eager_question_asks_the_keyring_command_for_the_name_too() -> None:
    asked: list[tuple[str, ...]] = []

    def run(argv: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        asked.append(tuple(argv))
        return subprocess.CompletedProcess(argv, 0, b"robot\nword\n", b"")

    found = KeyringProvider("subprocess", run=run).eager("https://index.example/simple/")

    assert found == Credentials("robot", "word")
    assert asked == [("keyring", "get", "https://index.example/simple/", "--mode", "creds")]


def test_a_missing_keyring_command_gives_nothing(tmp_path: Path) -> None:
    def run(argv: Sequence[str]) -> None:
        return None

    assert KeyringProvider("subprocess", run=run)("https://alice@index.example/simple") is None


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ((sys.executable, "-c", "print('secret')"), (0, b"secret")),
        ((sys.executable, "-c", "raise SystemExit(3)"), (3, b"")),
        (("no-such-command-anywhere",), None),
    ],
)
def test_the_command_is_run_without_a_terminal(argv: tuple[str, ...], expected: tuple[int, bytes] | None) -> None:
    completed = run_command(argv)

    assert (None if completed is None else (completed.returncode, completed.stdout.strip())) == expected


def test_a_keyring_that_fails_gives_nothing() -> None:
    import keyring
    from keyring.backends.fail import Keyring

    former = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]  # the base class is untyped
    try:
        found = KeyringProvider("auto")("https://alice@index.example/simple")
    finally:
        keyring.set_keyring(former)

    assert found is None


def test_the_keyring_package_answers_without_a_user_name() -> None:
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.credentials import Credential, SimpleCredential

    class Memory(KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return "secret" if (service, username) == ("index.example", "alice") else None

        def get_credential(self, service: str, username: str | None) -> Credential | None:
            return SimpleCredential("alice", "secret") if service == "index.example" else None

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

    former = keyring.get_keyring()
    keyring.set_keyring(Memory())  # type: ignore[no-untyped-call]  # the base class is untyped
    try:
        found = KeyringProvider("import")("https://index.example/simple")
    finally:
        keyring.set_keyring(former)

    assert found == ALICE


def test_indexes_are_registered_while_others_are_asked() -> None:
    store = CredentialStore()
    for number in range(200):
        store.register(f"https://index.example/{number}", ALICE)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    done = threading.Event()

    def register() -> None:
        number = 200
        while not done.is_set():
            store.register(f"https://index.example/{number % 1000}/more", BOB)
            number += 1

    thread = threading.Thread(target=register)
    thread.start()
    try:
        sent = [next(store.flow(f"https://index.example/{number}/a/")) for number in range(200)]
    finally:
        done.set()
        thread.join()
        sys.setswitchinterval(before)

    assert sent == [ALICE] * 200
