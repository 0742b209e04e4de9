"""Train a small classifier, track the run, and print how well it does."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"  # a folder is enough here; a server would be given by its address

import mlflow
import pandas as pd
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split


def main() -> None:
    """Run the experiment in a temporary tracking folder."""
    data = load_iris(as_frame=True)
    features: pd.DataFrame = data.data
    train, test, known, expected = train_test_split(features, data.target, test_size=0.3, random_state=7)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        mlflow.set_tracking_uri((Path(folder) / "runs").as_uri())
        with mlflow.start_run(run_name="iris"):
            model = RandomForestClassifier(n_estimators=50, random_state=7).fit(train, known)
            accuracy = float(model.score(test, expected))
            mlflow.log_param("n_estimators", 50)
            mlflow.log_metric("accuracy", accuracy)
        runs = mlflow.search_runs(search_all_experiments=True)
    print(f"trained on {len(train)} rows, tracked {len(runs)} run, accuracy {accuracy:.2f}")


if __name__ == "__main__":
    main()
