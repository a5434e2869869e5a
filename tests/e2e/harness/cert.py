# SPDX-License-Identifier: Apache-2.0
"""Certificates for servers on loopback."""
import shutil
import subprocess

import pytest


def make_cert(cert, key):
    """A key, and a certificate for the loopback address that it signs
    itself."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=lab", "-addext", "subjectAltName=IP:127.0.0.1,DNS:kubernetes",
         "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True)
