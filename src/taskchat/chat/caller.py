"""For whom the chat acts: what every ChatKit request carries as its context."""

from dataclasses import dataclass

from taskchat.chat.attempt import Attempt
from taskchat.domain.actor import Actor, ActorKind
from taskchat.domain.task import UserId
from taskchat.tasks.owner import Owner


@dataclass(frozen=True, slots=True)
class Caller:
    """`is_person` is false for programs with a token; `attempt` is set while an answer is being made."""

    user_id: UserId
    email: str
    timezone: str
    is_person: bool = True
    attempt: Attempt | None = None

    def owner_in(self, thread_id: str, change_set: str | None = None) -> Owner:
        """The person acting with their own hand, in a conversation."""
        actor = Actor(ActorKind.PERSON, self.email, thread_id)
        return Owner(self.user_id, self.timezone, actor, change_set)

    def owner_through(self, assistant: str, thread_id: str, run_id: str) -> Owner:
        """The assistant acting for the person; all that one run changes is one change set."""
        actor = Actor(ActorKind.ASSISTANT, assistant, thread_id)
        return Owner(self.user_id, self.timezone, actor, run_id)
