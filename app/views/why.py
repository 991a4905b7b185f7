"""Why a number moved: the card of mix or rate, and the bridge of pipeline over both sides' work."""


from app import charts, metrics
from app.charts import Rung, Split
from app.charts import format as write
from app.filters import TIME_DIMENSIONS
from app.metrics import Bridge, Group, MixOrRate
from app.views import answers, cards, sheet, why_words, words
from app.views.ahead import remembered
from app.views.answers import Question

MOST = 6  # groups drawn one by one; the others together
OWNERS = {"volume": "marketing", "acceptance": "joint", "qualification": "sales", "size": "sales"}
STEPS = {"volume": "lead_volume", "acceptance": "acceptance_rate", "qualification": "qualification_rate", "size": None}


def row(question: Question, metric: str, side: str) -> None:
    """Both cards side by side, one under the other on a phone."""
    sheet.row("five-four")
    bridge_card(question)
    mix_card(question, metric, side)


def mix_card(question: Question, metric: str, side: str) -> None:
    """Whether a rate moved by mix or by rate, over the dimension that the address names; in the colours of a side."""
    cards.card(question, f"{answers.find(metric).title}: mix or rate?", metric, lambda: _mix(question, metric, side))


def bridge_card(question: Question) -> None:
    """Who moved the pipeline that comes from handed-over leads."""
    cards.card(question, "Who moved the pipeline from leads?", "lead_volume", lambda: _bridge(question))


def _mix(question: Question, metric: str, side: str) -> None:
    answers.opened(question, metric)
    by = _chosen(metric)
    found = _split(question, metric, by)
    if found.change is None:
        raise answers.Gap(why_words.nothing(found))
    cards.say(words.plain(why_words.moved(found)))
    roles = (f"{side}_soft", side) if found.is_clear or found.is_rate_clear else ("track", "label")
    drawing = charts.splits(_rows(found), roles, f"{found.metric.title}, its change in points by mix and rate of each {words.dimension(by)}", ("mix", "rate"))
    cards.chart(drawing, metric, by, "why")
    cards.caption(f"In points. Upper bar: mix, the shares of the {why_words.groups(by)}. Lower: rate, within them. Against {words.period(found.earlier)}.")


def _chosen(metric: str) -> str:
    """The dimension by its name for people, as it stands in the address."""
    options = {words.dimension(name): name for name in answers.find(metric).dims if name not in TIME_DIMENSIONS}
    return sheet.choose("why", "Split by", options, next(iter(options)))


def _rows(found: MixOrRate) -> list[Split]:
    _, mix, rate = (why_words.signed(part * why_words.POINT) for part in why_words.in_points(found))
    rows = [Split(None, "All", found.mix, f"mix {mix}", found.rate, f"rate {rate}", why_words.moved(found))]
    rows += [_row(found, group) for group in found.groups[:MOST]]
    if rest := found.groups[MOST:]:
        mixes, rates = sum(group.mix for group in rest), sum(group.rate for group in rest)
        rows.append(Split(None, f"{len(rest)} others", mixes, _label(mixes), rates, _label(rates), f"{len(rest)} others together"))
    return rows


def _row(found: MixOrRate, group: Group) -> Split:
    name = why_words.named(found, group)
    share, rate = (_way(before, now) for before, now in ((group.w_before, group.w_now), (group.rate_before, group.rate_now)))
    return Split(group.name or "", name, group.mix, _label(group.mix), group.rate, _label(group.rate), f"{name}: share {share}, rate {rate}")


def _label(value: float) -> str:
    """Nothing where it rounds to nothing: the bar says so."""
    text = why_words.signed(value)
    return "" if text == "0.0" else text


def _way(before: float | None, now: float | None) -> str:
    return f"{write.number(before, 'rate')} → {write.number(now, 'rate')}"


def _bridge(question: Question) -> None:
    answers.opened(question, "qualification_rate")  # where there are no handoffs or deals, it is off
    found = _bridged(question)
    if not found.now.leads and not found.before.leads:
        raise answers.Gap(answers.nothing(question, answers.find("lead_volume")))
    said = why_words.bridged(found, question.currency)
    cards.say(words.plain(" ".join(filter(None, (said, why_words.doubts(found))))))
    if found.parts is not None:
        cards.chart(charts.waterfall(_rungs(found, question.currency), said), "bridge", None)
    cards.caption(f"{why_words.ages(found)} Acceptance here is of all leads, decided or not: not the acceptance rate.")


def _rungs(found: Bridge, currency: str) -> list[Rung]:
    before, now = found.before, found.now
    rungs = [Rung(None, words.sentence(words.period(before.period)), 0, before.pipeline, write.money(before.pipeline, currency), "label")]
    height = before.pipeline
    for name, part in found.parts.items():
        way = " → ".join(why_words.factor(name, cohort.factors[name], currency) for cohort in (before, now))
        title = words.sentence(why_words.OWNERS[name])
        label = why_words.money_change(part, currency)
        rungs.append(Rung(STEPS[name], title, height, height + part, label, OWNERS[name], way, f"{title}: {label}, {way}"))
        height += part
    return [*rungs, Rung("lead_volume", words.period(now.period), 0, now.pipeline, write.money(now.pipeline, currency), "ink")]


@remembered(1_000)
def _split(question: Question, metric: str, by: str) -> MixOrRate:
    totals = answers.compare(question, metric)
    return metrics.mix_or_rate(question.card, metric, question.period, by, dict(question.chosen), totals.earlier, (totals.before, totals.now))


@remembered(1_000)
def _bridged(question: Question) -> Bridge:
    return metrics.bridge(question.card, question.period, dict(question.chosen))
