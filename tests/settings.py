"""The settings under test: embedded unless TEST_DATABASE_URL and TEST_REDIS_URL name servers."""

import os
import tempfile
from pathlib import Path

_test_data = Path(tempfile.mkdtemp(prefix="parley-test-"))
os.environ["DATA_DIR"] = str(_test_data)
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL", "")
os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 50
os.environ["BASE_URL"] = "https://parley.test"
os.environ["EMAIL_URL"] = ""
os.environ["ALLOWED_HOSTS"] = "parley.test,testserver"

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = False
CELERY_TASK_ALWAYS_EAGER = False
# Each test's client is a server that starts: it would list every static file before its first answer.
WHITENOISE_AUTOREFRESH = True
# WhiteNoise warns of a folder that collectstatic has not made, and warnings are errors here.
STATIC_ROOT = _test_data / "static"
STATIC_ROOT.mkdir()
