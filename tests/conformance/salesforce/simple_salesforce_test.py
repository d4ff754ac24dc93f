"""simple-salesforce meets the simulator as it would meet an org: nothing of it is changed.

It writes https:// before every host and .salesforce.com behind the login domain. The one supported way to plain HTTP
on loopback is the `session` it takes: a requests.Session whose adapter for https:// sends to the simulator instead.
"""

import os
import unittest
import uuid
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, SalesforceAuthenticationFailed, SFType
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

URL = os.environ["SALESFORCE_URL"].rstrip("/")
USERNAME = os.environ["SALESFORCE_USERNAME"]
PASSWORD = os.environ["SALESFORCE_PASSWORD"]
APP = {"client_id": os.environ["SALESFORCE_CLIENT_ID"], "client_secret": os.environ["SALESFORCE_CLIENT_SECRET"]}
TRANSCRIPT = "LP_ChatTranscript__c"
KEY = "Conversation_Id__c"


class ToSimulator(HTTPAdapter):
    """Sends every https request to the simulator, path and headers as they are."""

    def send(self, request, **options):
        here, there = urlsplit(URL), urlsplit(request.url)
        request.url = urlunsplit((here.scheme, here.netloc, there.path, there.query, ""))
        return super().send(request, **options)


def session():
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", ToSimulator())
    return made


def log_in(**options):
    return Salesforce(session=session(), version="67.0", **options)


class Conformance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.org = log_in(username=USERNAME, password=PASSWORD, security_token="")
        # Every run has keys of its own, so that it may be repeated against one simulator.
        cls.run_id = uuid.uuid4().hex

    def test_logs_in_with_a_password_as_people_do(self):
        found = self.org.query(f"SELECT Username FROM User WHERE Username = '{USERNAME}'")
        self.assertEqual(found["records"][0]["Username"], USERNAME)
        with self.assertRaises(SalesforceAuthenticationFailed) as refused:
            log_in(username=USERNAME, password="not it", security_token="")
        self.assertEqual(refused.exception.code, "INVALID_LOGIN")

    def test_logs_in_with_an_app(self):
        by_client = log_in(consumer_key=APP["client_id"], consumer_secret=APP["client_secret"], domain="harbour.my")
        self.assertGreater(len(by_client.describe()["sobjects"]), 5)
        form = {"grant_type": "client_credentials", **APP}
        token = session().post(f"{URL}/services/oauth2/token", data=form).json()
        by_token = log_in(session_id=token["access_token"], instance_url=token["instance_url"])
        self.assertEqual(by_token.query("SELECT COUNT() FROM Organization")["totalSize"], 1)

    def test_describes_the_org_and_an_object(self):
        names = [entry["name"] for entry in self.org.describe()["sobjects"]]
        self.assertIn(TRANSCRIPT, names)
        fields = {field["name"]: field for field in SFType.describe(getattr(self.org, TRANSCRIPT))["fields"]}
        self.assertTrue(fields[KEY]["externalId"] and fields[KEY]["unique"])
        self.assertEqual(fields["Transcript__c"]["length"], 131072)
        self.assertEqual(self.org.Contact.metadata()["objectDescribe"]["keyPrefix"], "003")

    def test_creates_reads_changes_and_deletes_a_record(self):
        made = self.org.Contact.create({"FirstName": "Tomo", "LastName": "Reyes"})
        self.assertTrue(made["success"])
        self.assertEqual(self.org.Contact.get(made["id"])["Name"], "Tomo Reyes")
        self.assertEqual(self.org.Contact.update(made["id"], {"Title": "Clerk"}), 204)
        self.assertEqual(self.org.Contact.delete(made["id"]), 204)
        with self.assertRaises(SalesforceResourceNotFound):
            self.org.Contact.get(made["id"])

    def test_upserts_one_record_and_a_collection(self):
        transcripts = getattr(self.org, TRANSCRIPT)
        self.assertEqual(transcripts.upsert(f"{KEY}/{self.run_id}%2Fone", {"Channel__c": "chat"}), 201)
        self.assertEqual(transcripts.upsert(f"{KEY}/{self.run_id}%2Fone", {"Channel__c": "messaging"}), 200)
        read = transcripts.get_by_custom_id(KEY, f"{self.run_id}/one")
        self.assertEqual(read["Channel__c"], "messaging")
        rows = [{"attributes": {"type": TRANSCRIPT}, KEY: f"{self.run_id}:{number}"} for number in range(200)]
        rows[7]["CSAT__c"] = 12345
        results = self.org.restful(
            f"composite/sobjects/{TRANSCRIPT}/{KEY}", method="PATCH", json={"allOrNone": False, "records": rows}
        )
        self.assertEqual([row["success"] for row in results].count(True), 199)
        self.assertEqual(results[7]["errors"][0]["statusCode"], "NUMBER_OUTSIDE_VALID_RANGE")
        self.assertEqual(results[7]["errors"][0]["fields"], ["CSAT__c"])

    def test_pages_through_a_long_result(self):
        for start in range(0, 2400, 200):
            rows = [
                {"attributes": {"type": "Contact"}, "LastName": f"P{number}", "Department": self.run_id}
                for number in range(start, start + 200)
            ]
            self.org.restful("composite/sobjects", method="POST", json={"records": rows})
        statement = f"SELECT LastName FROM Contact WHERE Department = '{self.run_id}' ORDER BY LastName"
        small = {"Sforce-Query-Options": "batchSize=200"}
        page = self.org.query(statement, headers={**self.org.headers, **small})
        self.assertEqual((page["totalSize"], page["done"], len(page["records"])), (2400, False, 200))
        second = self.org.query_more(page["nextRecordsUrl"], identifier_is_url=True)
        self.assertEqual(len(second["records"]), 200)
        names = [record["LastName"] for record in self.org.query_all_iter(statement)]
        self.assertEqual((len(names), len(set(names))), (2400, 2400))
        self.assertEqual(names, sorted(names, key=str.lower))
        self.assertGreater(self.org.api_usage["api-usage"].used, 0)

    def test_reads_errors_as_from_an_org(self):
        with self.assertRaises(SalesforceMalformedRequest) as refused:
            self.org.query("SELECT Nope FROM Account")
        self.assertEqual(refused.exception.content[0]["errorCode"], "INVALID_FIELD")
        with self.assertRaises(SalesforceMalformedRequest) as refused:
            self.org.Lead.create({"LastName": "Reyes"})
        self.assertEqual(refused.exception.content[0]["fields"], ["Company"])
        with self.assertRaises(SalesforceResourceNotFound):
            self.org.Nope__c.describe()
        with self.assertRaises(SalesforceExpiredSession):
            log_in(session_id="00Dgone!token", instance_url=URL).query("SELECT Id FROM Account")


if __name__ == "__main__":
    unittest.main()
