"""One session of Spark on two cores of this machine for all tests; they skip without Java."""

import os
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest

_HOME = Path(__file__).resolve().parents[3]


@cache
def session():
    """Start it once."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs a Java runtime")
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_HOME), os.environ.get("PYTHONPATH"))))
    made = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    made = made.config("spark.sql.shuffle.partitions", "2").config("spark.driver.memory", "1g")
    made = made.config("spark.sql.adaptive.enabled", "false").config(
        "spark.executorEnv.PYTHONPATH", str(_HOME)
    )
    started = made.getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    return started
