"""Differences that are meant to be, each with its reason."""

from __future__ import annotations

_PASSED_OVER = "uv passes over settings that do not parse; here every wrong key is an error"
_STATUS = "of a source that cannot serve uv says 1 without a lock and 2 with one; here it is always 2"
_BUILDS = "uv builds a project with a dynamic version to lock it; here only dynamic requirements are built"
_UNWATCHED = "a tree of which nothing is watched is installed again each time, also what the other tool installed"
_LOCAL = "what only a build tells is kept by each tool in its own cache"

KNOWN = {
    "model/groups/source-of-unknown-extra": _STATUS,
    "model/groups/source-of-unknown-group": _STATUS,
    "model/script/beside-project-broken": _PASSED_OVER,
    "model/shape/bad-requirement": "uv asks a backend for what it cannot parse; here it is an error that names it",
    "model/shape/dynamic-both": _BUILDS,
    "model/shape/dynamic-deps": _LOCAL,
    "model/shape/dynamic-version-unbuildable": _BUILDS,
    "model/shape/environments-extra": "uv fails inside; here such an environment is never the case",
    "model/shape/metadata-member": "static metadata is for dependencies; here it does not replace that of members",
    "model/shape/metadata-path": "static metadata is for distributions; here it does not replace that of source trees",
    "model/shape/metadata-url": "uv fails with an error about a missing hash",
    "model/shape/metadata-wrong": _PASSED_OVER,
    "model/shape/required-environments-outside": "uv demands wheels for Pythons that the project excludes",
    "model/shape/required-version": "the version asked for is that of uv; here it is a warning",
    "model/shape/required-version-bad": _PASSED_OVER,
    "model/shape/resolution-wrong": _PASSED_OVER,
    "model/src/find-links-url-missing": "a page that is not there lists nothing",
    "model/src/index-by-argument": _STATUS,
    "model/src/index-of-user": _STATUS,
    "model/src/index-unknown": _STATUS,
    "model/src/name-twice": "without a lock the check ends before sources are read",
    "model/src/path-missing": _STATUS,
    "model/src/path-other-file": _STATUS,
    "model/src/path-transitive-index-of-root": _STATUS,
    "model/src/url-source-fragment": _STATUS,
    "model/src/lib-dynamic-deps": _LOCAL,
    "model/ws/member-moved": "uv cannot lock again after a member was moved",
    "model/ws/workspace-source-false": _STATUS,
    "model/ws/workspace-source-missing": _STATUS,
    "model/ws/workspace-source-missing-in-member": _STATUS,
    "model/ws/workspace-source-other": _STATUS,
    "model/ws/workspace-source-path": _STATUS,
    "model/ws/workspace-source-unknown": _STATUS,
    "options/environments-implied": "uv does not accept its own lock either",
    "sync/env/frozen-bad-requirement": "the project's file is read as a whole, also by a frozen sync",
    "sync/keys/empty": _UNWATCHED,
    "sync/keys/git": _UNWATCHED,
    "sync/keys/git-table": _UNWATCHED,
    "sync/keys/unknown": _PASSED_OVER,
    "sync/keys/wrong": _PASSED_OVER,
    "sync/script/python": "uv warns of an interpreter that does not suit the script; here it is an error",
}
