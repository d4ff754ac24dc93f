"""Runs tap-liveperson, as it is, against a simulated account, and says last what it read and what that took.

Usage: tap.py ORIGIN CONFIG
ORIGIN is the simulator's, such as 127.0.0.1:8081; CONFIG the tap's own configuration file. The tap knows no other host
than LivePerson's: its requests are sent to the simulator instead, and carry the `source` that LivePerson came to require.
"""

import json
import sys
import time

import requests
import singer
from singer.catalog import Catalog
from tap_liveperson.client import LivepersonClient
from tap_liveperson.streams import AVAILABLE_STREAMS

origin, config_file = sys.argv[1:3]
streams = {"engagement_history", "messaging_interactions"}
read = 0


def to_the_simulator(send):
    def sent(method, url, params=None, **rest):
        return send(method, url.replace("https://", "http://"), params={**(params or {}), "source": "tap"}, **rest)

    return sent


def counted(write):
    def written(table, records):
        global read
        read += len(records)
        write(table, records)

    return written


requests.request = to_the_simulator(requests.request)
singer.write_records = counted(singer.write_records)
LivepersonClient.get_service_domain = lambda self, service: origin

with open(config_file, encoding="utf-8") as file:
    config = json.load(file)
client = LivepersonClient(config)
for stream in AVAILABLE_STREAMS:
    if stream.TABLE not in streams:
        continue
    entries = stream(config, {}, None, None).generate_catalog()
    for entry in Catalog.from_dict({"streams": entries}).streams:
        begun, cpu = time.perf_counter(), time.process_time()
        stream(config, {}, entry, client).sync_data()
        print(json.dumps({"read": read, "s": time.perf_counter() - begun, "cpu_s": time.process_time() - cpu}), file=sys.stderr)
        read = 0
