"""The tests of packages run where these are installed: tests/test_packages.py sees to it."""

collect_ignore_glob = ["*/*"]
