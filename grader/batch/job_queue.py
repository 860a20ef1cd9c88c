"""Read the settings of a cluster's job queue, and start workers through it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.errors import GraderError


class JobQueue(BaseModel):
    """The settings with which a batch system starts workers; `options` are passed to dask-jobqueue unchanged."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["slurm", "pbs", "sge", "lsf", "htcondor", "oar"] = "slurm"
    workers: int = Field(ge=1)
    options: dict[str, Any]

    classes: ClassVar[Mapping[str, str]] = {"htcondor": "HTCondorCluster"}

    def start(self) -> Any:
        """Start a scheduler here and ask the batch system for workers.

        Raises:
            GraderError: dask-jobqueue is not installed, or rejects the options.
        """
        try:
            import dask_jobqueue
        except ImportError:
            raise GraderError(
                "a batch system needs dask-jobqueue; run pip install '.[cluster]' in the project folder of the grader"
            ) from None
        found = getattr(dask_jobqueue, self.classes.get(self.kind, f"{self.kind.upper()}Cluster"))
        try:
            cluster = found(**{"log_directory": None, **self.options})
        except (TypeError, ValueError) as error:
            raise GraderError(f"dask-jobqueue does not accept these options: {error}") from None
        cluster.scale(jobs=self.workers)
        return cluster


def read_job_queue(path: Path) -> JobQueue:
    """Read the file of a batch system.

    Raises:
        GraderError: the file does not exist, or has an unknown setting.
    """
    try:
        return JobQueue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise GraderError(
            f"{path}: cannot be read: {error.strerror}; --cluster takes tcp://HOST:PORT or a YAML file"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise GraderError(f"{path}: not YAML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise GraderError(f"{path}: {place}: {first['msg']}; expected kind, workers and options") from None
