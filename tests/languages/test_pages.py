"""What a template shows of a sentence is said to whoever reads the page."""

from django.template import Context, Template
from django.utils import translation

from languages.sentences import say
from sellers.profiles import load_profiles


def shown(text: str, **context: object) -> str:
    with translation.override("de"):
        return Template(text).render(Context(context))


def test_a_template_says_a_sentence_without_being_told_to():
    # Django's own German words stand in for ours.
    assert shown("{{ label }}", label=say("January")) == "Januar"
    assert shown("{{ label|said|upper }}", label=say("January")) == "JANUAR"


def test_a_sentence_is_escaped_like_any_text():
    sentence = say("They wrote '{quote}'.", quote="<script>")
    assert shown("{{ label }}", label=sentence) == "They wrote &#x27;&lt;script&gt;&#x27;."


def test_every_label_of_a_marketplace_can_be_said_in_any_language():
    for profile in load_profiles().values():
        labels = [*profile.issues.values(), *profile.windows.values(), *profile.bands.values()]
        words = [profile.support_name, *(each.label for each in labels)]
        assert all(word.msgid == word for word in words)
