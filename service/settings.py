"""Typed settings: environment variables `MERITGRAPH_*`, then `meritgraph.toml` in the working folder, then defaults."""

from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from schema.limit_table import LimitTable


class Settings(BaseSettings):
    """How this installation runs. Empty `database_url`: the embedded PostgreSQL in the state folder."""

    model_config = SettingsConfigDict(env_prefix="MERITGRAPH_", toml_file="meritgraph.toml", extra="forbid")

    state: Path = Field(default=Path(".state"), description="folder of everything this installation keeps")
    database_url: str = Field(default="", description="PostgreSQL ≥ 15, login of the owner of the database's objects")
    app_url: str = Field(default="", description="login of the application role; made by `migrate` when empty")
    postgres_bin: Path | None = Field(default=None, description="folder of PostgreSQL programs instead of the embedded")
    facts: Path | None = Field(default=None, description="folder of the fact files; default <state>/facts")
    inbox: Path | None = Field(default=None, description="folder of the banks' inboxes; default <state>/inbox")
    inbox_seconds: float = Field(default=5.0, ge=0, le=86_400, description="between two looks; 0: not watched")
    worker_jobs: int = Field(default=3, ge=1, le=64, description="jobs at once in one worker process")
    upload_megabytes: int = Field(default=1024, ge=1, le=1_000_000, description="largest file of an upload")
    data: Path = Field(default=Path("../shared/data"), description="where example data lies")
    engine_memory: str = Field(default="2GB", description="memory limit of one engine session")
    engine_threads: int = Field(default=2, ge=1, description="threads of one engine session")
    engine_sessions: int = Field(default=2, ge=1, description="engine sessions at once in one process")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    bank_sockets: int = Field(default=500, ge=1, le=100_000, description="WebSocket connections of one bank")
    pool: int = Field(default=10, ge=1, description="database connections of one process")
    demo: bool = Field(default=False, description="GraphiQL offers ready tokens; never in production")
    log_json: bool = Field(default=False, description="logs as JSON lines instead of text")
    free_text: bool = Field(default=True, description="documents that no bank has registered are answered too")
    limits: LimitTable = Field(default_factory=LimitTable, description="what callers may ask for, by role and bank")
    token_hours: int = Field(default=12, ge=1, le=24 * 31)
    app_password: SecretStr = Field(default=SecretStr(""), description="of the application role; made when empty")

    @cached_property
    def limit_table(self) -> LimitTable:
        """The limits, with what `free_text` says where they say nothing of it."""
        if self.limits.free_text is not None:
            return self.limits
        return self.limits.model_copy(update={"free_text": self.free_text})

    @cached_property
    def fact_folder(self) -> Path:
        """Where fact files lie."""
        return (self.facts or self.state / "facts").resolve()

    @cached_property
    def inbox_folder(self) -> Path:
        """Where the banks' inboxes lie."""
        return (self.inbox or self.state / "inbox").resolve()

    @cached_property
    def key_folder(self) -> Path:
        """Where the private keys of local tokens lie (0700)."""
        return self.state.resolve() / "keys"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
