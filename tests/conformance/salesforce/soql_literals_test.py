"""simple-salesforce quotes texts for SOQL as the widget's logic does, or one of the two is wrong."""

import json
import os
import unittest

from simple_salesforce.format import format_soql


class Literals(unittest.TestCase):
    def test_both_quote_ten_thousand_texts_alike(self):
        with open(os.environ["SOQL_LINES"], encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        texts = [line for line in lines if "literal" in line]
        self.assertEqual(len(texts), 10_000)
        for line in texts:
            text = line["text"]
            self.assertEqual(format_soql("{}", text), line["literal"], repr(text))
            self.assertEqual(format_soql("'{:like}'", text), line["pattern"], repr(text))


if __name__ == "__main__":
    unittest.main()
