"""How fast Chiso is beside the stock tools and beside what the database can do at all: `python -m tests.benchmarks`.

Every job runs in a process of its own, in turn (stock, ours, limit), on a database of its own, with seeded data. The
tests run it at a size that only shows that it works; no test fails on time.
"""
