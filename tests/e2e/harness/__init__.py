# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end stories stand on: a real API server, nodes that are
played, a proxy that spoils answers, and the program under test."""
