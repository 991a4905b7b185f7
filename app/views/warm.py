"""Makes ready at the server's start what the first reader would else wait for: the pages' code, the specs of charts, and the usual questions."""

from contextlib import suppress

from app.views import answers, findings, marketing, sales, scorecard, source
from app.views.answers import Gap, Question

TILES = (*scorecard.JOINT, *scorecard.SUPPORT, *marketing.HEAD, *sales.HEAD)


def warm() -> None:
    """Asks for the usual view of the pages, once in each server. Raises NoScorecard where nothing has been built."""
    card = source.whole()
    usual, period = next(iter(answers.presets(card).items()))
    question = Question(card, usual, period, ())
    answers.landings(question, "won_rate")  # with it the others, in one question
    for name in dict.fromkeys(TILES):
        with suppress(Gap):
            answers.compare(question, name)
            answers.weekly(question, name)
            answers.landings(question, name)
    findings.ask(question)
