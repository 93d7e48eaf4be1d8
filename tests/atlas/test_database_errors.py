"""What is said of a database that cannot be reached never has its password, however it is written."""

from __future__ import annotations

import psycopg
import pytest

from app.atlas.stores.postgis import Database, DatabaseError, without_password


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://reader:s3cret@h:5432/db", "postgresql://reader:***@h:5432/db"),
        ("postgresql://reader:s3/cret@h/db?a=b", "postgresql://reader:***@h/db?a=b"),
        ("postgresql://reader:s3@cret@h/db", "postgresql://reader:***@h/db"),
        ("postgresql://reader@h:5432/db", "postgresql://reader@h:5432/db"),
        ("postgresql://h/db?password=s3cret&user=u", "postgresql://h/db?password=***&user=u"),
        ("host=h password = 's3 \\' cret' user=u", "host=h password = *** user=u"),
        ("host=h sslpassword=s3cret", "host=h sslpassword=***"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, told: str) -> None:
    assert without_password(address) == told


@pytest.mark.parametrize("password", ["s3cret%zz", "s3/cret", "s3cret"])
def test_what_libpq_says_is_told_without_it_too(password: str) -> None:
    database = Database(f"postgresql://reader:{password}@127.0.0.1:1/atlas", seconds=1)
    with pytest.raises(DatabaseError) as caught, database.connection():
        pass
    assert "s3" not in str(caught.value)
    assert "cret" not in str(caught.value)
    with pytest.raises(psycopg.Error):  # the driver itself refuses the address, whatever it says of it
        psycopg.connect(database.url, connect_timeout=1)
