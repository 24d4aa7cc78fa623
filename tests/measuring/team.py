"""The nested query, manager → 8 reports → next 2 meetings with slots, as each server is asked it."""

import csv
import io
import json
import urllib.request
from datetime import datetime

# The same hundred as in team.sql, each with exactly eight reports.
MANAGERS = [str(100_001 + 12 * i) for i in range(1, 101)]

PERSON = """{ id displayName reports(first: 8) { edges { node {
  id displayName number managerPair { id nextMeetings(first: 2) {
    id status minutes slot { startsAt endsAt } } } } } } }"""
# Ours answers who the token belongs to; the others are told whom to answer.
OURS = f"{{ viewer {{ person {PERSON} }} }}"
BY_ID = f"query Team($id: ID!) {{ person(id: $id) {PERSON} }}"
# The bare resolver has the widths built in.
BARE = BY_ID.replace("(first: 8)", "").replace("(first: 2)", "")
POSTGRAPHILE = """query Team($id: UUID!) { person: personByRowId(rowId: $id) {
  rowId displayName reports(first: 8, orderBy: NUMBER_ASC) { edges { node {
    rowId displayName number managerPair { rowId nextMeetings(first: 2, orderBy: SORT_AT_ASC) {
      nodes { rowId status minutes slot { startsAt endsAt } } } } } } } } }"""


def bodies(query, managers):
    """A line for each manager (see load.lua), told by token or by id."""
    for manager in managers:
        request = {"query": " ".join(query.split())}
        if query == OURS:
            yield f"Bearer {manager['token']}\t{json.dumps(request)}\n"
        else:
            yield f"\t{json.dumps(request | {'variables': {'id': manager['personId']}})}\n"


def ask(url, line):
    """The team in an answer, comparable whoever gave it."""
    authorization, body = line.rstrip("\n").split("\t")
    headers = {"Content-Type": "application/json"}
    if authorization:
        headers["Authorization"] = authorization
    # Loopback needs no proxy, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, body.encode(), headers), timeout=30) as answer:
        found = json.load(answer)
    if "errors" in found:
        raise RuntimeError(f"{url}: {found['errors']}")
    person = found["data"].get("person") or found["data"]["viewer"]["person"]
    return [entry for edge in person["reports"]["edges"] for entry in report(person, edge["node"])]


def report(manager, node):
    meetings = node["managerPair"]["nextMeetings"]
    if isinstance(meetings, dict):
        meetings = meetings["nodes"]
    for meeting in meetings:
        slot = meeting["slot"]
        yield entry(manager["displayName"], node["number"], node["displayName"], meeting["status"],
                    meeting["minutes"], slot["startsAt"], slot["endsAt"])


def rows(text):
    """The same from team.sql's answer as CSV."""
    return [entry(row[1], row[3], row[4], *row[7:11]) for row in csv.reader(io.StringIO(text))]


def entry(manager, number, name, status, minutes, starts, ends):
    return (manager, number, name, status.upper(), int(minutes),
            datetime.fromisoformat(starts), datetime.fromisoformat(ends))
