"""requests-oauthlib, unmodified, against the LivePerson simulator: its signatures are accepted, wrong ones are not."""

import os
import time
import unittest

from requests_oauthlib import OAuth1Session

URL = os.environ["LIVEPERSON_URL"]
ACCOUNT = os.environ["LIVEPERSON_ACCOUNT"]
DAY_MS = 24 * 60 * 60 * 1000


def session(**changed):
    strings = {
        "client_key": os.environ["LIVEPERSON_CONSUMER_KEY"],
        "client_secret": os.environ["LIVEPERSON_CONSUMER_SECRET"],
        "resource_owner_key": os.environ["LIVEPERSON_ACCESS_TOKEN"],
        "resource_owner_secret": os.environ["LIVEPERSON_ACCESS_TOKEN_SECRET"],
    }
    return OAuth1Session(**{**strings, **changed})


def host(client, service):
    answer = client.get(f"{URL}/api/account/{ACCOUNT}/service/{service}/baseURI.json", params={"version": "1.0"})
    return "http://" + answer.json()["baseURI"]


def search(client, service, path, body, **params):
    params = {"offset": 0, "limit": 10, "sort": "start:asc", "source": "Conformance", **params}
    return client.post(f"{host(client, service)}{path}", params=params, json=body)


def chats(client, body=None, **params):
    path = f"/interaction_history/api/account/{ACCOUNT}/interactions/search"
    return search(client, "engHistDomain", path, body or last_days(2), **params)


def messaging(client, body=None, **params):
    path = f"/messaging_history/api/account/{ACCOUNT}/conversations/search"
    return search(client, "msgHist", path, body or last_days(2), **params)


def last_days(days):
    now = int(time.time() * 1000)
    return {"start": {"from": now - days * DAY_MS, "to": now}}


class Signatures(unittest.TestCase):
    def test_the_right_strings_are_accepted(self):
        for answer in (chats(session()), messaging(session(), v="2")):
            self.assertEqual(answer.status_code, 200, answer.text)
            self.assertGreater(answer.json()["_metadata"]["count"], 0)

    def test_a_wrong_secret_is_refused_with_text(self):
        answer = chats(session(client_secret="wrong"))
        self.assertEqual(answer.status_code, 401)
        self.assertIn("oauth_problem=signature_invalid", answer.text)

    def test_a_wrong_token_is_refused_with_text(self):
        answer = messaging(session(resource_owner_key="wrong"))
        self.assertEqual(answer.status_code, 401)
        self.assertIn("oauth_problem=token_rejected", answer.text)


class Searches(unittest.TestCase):
    def test_paging_visits_every_conversation_once(self):
        client, ids, offset, count = session(), [], 0, None
        while count is None or offset < count:
            page = messaging(client, offset=offset, limit=100).json()
            count = page["_metadata"]["count"]
            ids += [record["info"]["conversationId"] for record in page["conversationHistoryRecords"]]
            offset += 100
        self.assertEqual(len(ids), count)
        self.assertEqual(len(set(ids)), count)

    def test_limits_are_those_of_the_documents(self):
        refused = [
            (chats(session(), limit=101), "limit"),
            (chats(session(), source=""), "source"),
            (chats(session(), last_days(32)), "start"),
            (messaging(session(), last_days(94)), "start"),
            (messaging(session(), {"status": ["OPEN"]}), "start"),
        ]
        for answer, field in refused:
            self.assertEqual(answer.status_code, 400, answer.text)
            self.assertTrue(answer.json()["causes"][0].startswith(field), answer.text)

    def test_a_chat_is_found_by_its_id(self):
        client = session()
        first = chats(client).json()["interactionHistoryRecords"][0]
        found = chats(client, {"engagementId": first["info"]["engagementId"], **last_days(2)}).json()
        self.assertEqual([first], found["interactionHistoryRecords"])

    def test_skills_are_listed(self):
        client = session()
        base = host(client, "accountConfigReadOnly")
        answer = client.get(f"{base}/api/account/{ACCOUNT}/configuration/le-users/skills", params={"v": "4.0"})
        self.assertIn("Billing", [skill["name"] for skill in answer.json()])


if __name__ == "__main__":
    unittest.main()
