import re
import time
from datetime import UTC, date, datetime, timedelta
from re import _parser  # the shape of a pattern is to be seen nowhere else
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.seller_words import FlagCode, MessageReading, PromiseKind, read_message
from cases.seller_words.findings import REASONS
from cases.seller_words.language import Language, languages
from cases.seller_words.text import CHARACTERS_READ

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Monday morning in Shanghai, three days before National Day.
RECEIVED = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)

AUTO = "automatic"
CLOSE, AVOID, CONFIRM = "close_dispute", "avoid_dispute", "confirm_receipt"
OUTSIDE, MONEY, PRAISE = "outside", "more_money", "praise_first"
REASON, STALL = "wrong_reason", "stall"


def read(text: str, received_at: datetime = RECEIVED, country: str = "CN") -> MessageReading:
    return read_message(text, received_at=received_at, seller_zone=SHANGHAI, country=country)


def summary(text: str) -> str:
    """What was read in one line: 'automatic', the promise as 'kind month-day', the flags."""
    reading = read(text)
    words = [AUTO] if reading.is_automatic else []
    if reading.promise:
        until = reading.promise.until.astimezone(SHANGHAI)
        words.append(f"{reading.promise.kind} {until:%m-%d}")
    return ", ".join([*words, *(flag.code for flag in reading.red_flags)])


CORPUS = {
    "en": [
        ("Please wait 15 days.", "wait 10-13"),
        ("Dear friend, please wait patiently for 10 more days", "wait 10-08, stall"),
        ("please wait 2 more weeks", "wait 10-12, stall"),
        ("PLEASE WAIT ANOTHER TWO WEEKS!!!", "wait 10-12, stall"),
        ("We will reply you within 48 hours after checking with the warehouse.", "answer 09-30"),
        ("The parcel will arrive in 7-10 days, please be patient.", "wait 10-08"),
        ("We will ship it before October 5", "ship 10-05"),
        ("we will send your order by 5th Oct", "ship 10-05"),
        ("It will be shipped on Friday.", "ship 10-02"),
        ("We'll ship your order next Friday", "ship 10-09"),
        ("We will ship it out tomorrow 😊", "ship 09-29"),
        ("We will resend a new one after the holiday", "resend 10-08"),
        ("Please wait, we will ship after Chinese New Year.", "ship 02-11"),
        ("We will ship after National Day, thanks", "ship 10-08"),
        ("It will be sent after the Golden Week holiday", "ship 10-08"),
        ("We will refund you next week", "refund 10-11"),
        ("You will get the refund within 3 days.", "refund 10-01"),
        ("We will solve it by the end of this month", "answer 09-30"),
        ("Please wait until January 5", "wait 01-05"),
        ("please wait until 2026-10-20", "wait 10-20"),
        ("please wait until 20/10", "wait 10-20"),
        ("Please wait until Oct. 9. We will check it.", "wait 10-09"),
        ("We will ship tomorrow, and it will arrive before October 30.", "wait 10-30"),
        ("Please give us a few more time", ""),
        ("If you do not receive it in 15 days, we will refund you.", "wait 10-13"),
        ("Please wait fifteen days", "wait 10-13"),
        ("Ｐｌｅａｓｅ　ｗａｉｔ　１５　ｄａｙｓ", "wait 10-13"),
        ("Please&nbsp;wait&nbsp;15&nbsp;days &amp; don&#39;t worry", "wait 10-13"),
        ("Please wait a moment", ""),
        ("Please close the dispute first, then we refund you.", CLOSE),
        ("Can you cancel the dispute? We will send a new one.", CLOSE),
        ("If you don't close the dispute we cannot refund", CLOSE),
        ("We can't refund you unless you close the dispute", CLOSE),
        ("You do not need to close the dispute.", ""),
        ("Please don't cancel the dispute", ""),
        ("The system will close the dispute automatically", ""),
        ("Please don't open a dispute, we will help you", AVOID),
        ("no need to open a dispute my friend", AVOID),
        ("please confirm receipt of the goods", CONFIRM),
        ("Please click confirm goods received so that we can send a new one", CONFIRM),
        ("Please don't confirm receipt before it arrives", ""),
        ("When you receive the parcel, please confirm receipt.", ""),
        ("We will refund you by PayPal.", OUTSIDE),
        ("Tell me your PayPal account and we will send the money", OUTSIDE),
        ("Please contact me on WhatsApp +86 138 0000 0000", OUTSIDE),
        ("We can pay back via bank transfer", OUTSIDE),
        ("Never send money via Western Union", ""),
        ("The refund goes back to your original payment method, for example PayPal", ""),
        ("You need to pay extra shipping fee 5 USD", MONEY),
        ("please pay the additional tax", MONEY),
        ("You don't have to pay extra shipping", ""),
        ("We will pay the extra shipping fee for you", ""),
        ("Please give us 5 stars first and we will send the gift", PRAISE),
        ("please leave positive feedback", PRAISE),
        ("If you are satisfied, please leave us 5 stars", ""),
        ('Please cancel the order and choose the reason "I don\'t want it any more".', REASON),
        ("please cancel it and select: no longer needed, personal reasons", REASON),
        ("If you do not want it, you can cancel the order.", ""),
        ("Please wait a bit more, wait again please", STALL),
        (
            "Please close the dispute and confirm receipt, we refund by PayPal within 3 days.",
            f"refund 10-01, {CLOSE}, {CONFIRM}, {OUTSIDE}",
        ),
        (
            "Dear friend, thank you for your message, we will reply within 24 hours",
            "automatic, answer 09-29",
        ),
        ("Thank you for contacting us. We will get back to you as soon as possible.", AUTO),
        ("Hello! Thanks for your message. Our working time is 9:00-18:00 Monday to Friday.", AUTO),
        ("This is an automatic reply. We are out of the office.", AUTO),
        ("Hi, we are on holiday now. We will reply after the holiday.", "automatic, answer 10-08"),
        ("Dear friend, thank you for your message. Your parcel is at customs in Warsaw.", ""),
        ("Dear friend, thank you for your message, we will refund you tomorrow.", "refund 09-29"),
        ("Dear customer, thanks for contacting us. Please send a photo of the box.", ""),
        ("We shipped your order on September 20", ""),
        ("Your order was sent 15 days ago.", ""),
        ("Sorry to keep you waiting for 15 days", ""),
        ("Please send us photos within 3 days", ""),
        ("Please reply before Friday", ""),
        ("We cannot ship before Friday", ""),
        ("You don't need to wait 15 days", ""),
        ("The warranty is 30 days", ""),
        ("Tracking number LP00724622449605, thank you.", ""),
        ("Ok", ""),
        ("please wait till 15.10. We will check.", "wait 10-15"),
        ("We will refund you $5.10. Please wait.", ""),
        ("It may 15 days to arrive, please wait", "wait 10-13"),
        ("We do not use WhatsApp", ""),
        ("dear buyer, pls cancel dispute, we refund u paypal", f"{CLOSE}, {OUTSIDE}"),
        ('Please choose "I have received the goods"', CONFIRM),
        ("Your package is on the way, please wait patiently.", ""),
        ("Please confirm whether you received the item", ""),
        ("please confirm your address", ""),
        ("We will get back to you on Monday about the broken lamp", "answer 10-05"),
        (
            "Happy National Day! We are on vacation. All orders will be shipped after the holiday.",
            "automatic, ship 10-08",
        ),
        ("Because of customs you must pay VAT", MONEY),
        ("We extended your buyer protection for 30 days.", ""),
        ("The dispute must be closed first", CLOSE),
        ("Don't hesitate to close the dispute", CLOSE),
        ("The lamp is rated 5 stars by most buyers", ""),
    ],
    "zh": [
        ("请等15天", "wait 10-13"),
        ("亲，请您再耐心等待１５天哦", "wait 10-13, stall"),
        ("请等两周", "wait 10-12"),
        ("我们核实后48小时内回复您", "answer 09-30"),
        ("我们会在7到10个工作日内给您退款", "refund 10-16"),
        ("节后发货", "ship 10-08"),
        ("春节后给您补发", "resend 02-11"),
        ("国庆节后统一发货", "ship 10-08"),
        ("明天给您发货", "ship 09-29"),
        ("下周给您发货", "ship 10-11"),
        ("周五会发出", "ship 10-02"),
        ("预计10月20日前到", "wait 10-20"),
        ("十五天后到", "wait 10-13"),
        ("两三天内答复您", "answer 10-01"),
        ("半个月左右会到", "wait 10-13"),
        ("月底前退款给您", "refund 09-30"),
        ("请您先关闭纠纷", CLOSE),
        ("麻烦您取消一下纠纷，我们给您退款", CLOSE),
        ("您不需要取消纠纷", ""),
        ("请不要关闭纠纷", ""),
        ("请先不要开纠纷", AVOID),
        ("请您确认收货", CONFIRM),
        ("请不要确认收货", ""),
        ("收到货后请确认收货", ""),
        ("我们通过PayPal退款给您", OUTSIDE),
        ("加一下我的微信吧", OUTSIDE),
        ("款项会原路退回您的PayPal账户", ""),
        ("您需要补一下运费", MONEY),
        ("我们会承担运费", ""),
        ("请给我们五星好评", PRAISE),
        ("如果您满意，请给我们好评", ""),
        ("取消订单时原因请选择不想要了", REASON),
        ("亲,客服不在线", AUTO),
        ("亲爱的顾客，感谢您的留言，我们会尽快回复您！", AUTO),
        ("自动回复：您好，现在是下班时间", AUTO),
        ("您好，感谢您的留言，您的包裹在海关", ""),
        ("已经发货3天了", ""),
        ("请您在3天内提供照片", ""),
        ("好的，谢谢", ""),
        ("我们不支持微信转账", ""),
        ("如果您关闭纠纷，我们会补发", CLOSE),
        ("平台会自动关闭纠纷", ""),
        ("我们10月1日到7日放假，8号恢复发货", "ship 10-08"),
        ("您的订单9月20日已发货", ""),
        ("请您不要给差评", ""),
    ],
    "es": [
        ("Hola, gracias por contactarnos, responderemos lo antes posible", AUTO),
        ("Hola amigo, gracias por su mensaje. Su paquete está en la aduana.", ""),
        ("espera 15 días", "wait 10-13"),
        ("Llegará mañana", "wait 09-29"),
        ("Le reembolsaremos en 3 a 5 días hábiles", "refund 10-10"),
        ("Enviaremos el pedido el 5 de octubre", "ship 10-05"),
        ("Espere otros 10 días por favor", "wait 10-08, stall"),
        ("Por favor cancele la disputa", CLOSE),
        ("No cancele la disputa", ""),
        ("Por favor confirme la recepción", CONFIRM),
        ("Podemos enviar el dinero por PayPal", OUTSIDE),
        ("Tiene que pagar el envío adicional", MONEY),
        ("Su pedido fue enviado hace 15 días", ""),
    ],
    "fr": [
        ("attendez 10 jours", "wait 10-08"),
        ("Veuillez patienter encore deux semaines", "wait 10-12, stall"),
        ("Nous vous rembourserons demain", "refund 09-29"),
        ("Nous enverrons le colis après les vacances", "ship 10-08"),
        ("Veuillez fermer le litige", CLOSE),
        ("Ne fermez pas le litige", ""),
        ("Merci de confirmer la réception", CONFIRM),
        ("Nous pouvons rembourser par PayPal", OUTSIDE),
        (
            "Bonjour, merci de nous avoir contactés, nous vous répondrons dans les plus brefs délais",
            AUTO,
        ),
        ("Le colis a été expédié il y a 10 jours", ""),
    ],
    "de": [
        ("Bitte warten Sie noch 2 Wochen", "wait 10-12, stall"),
        ("Warten Sie bis 5. Oktober", "wait 10-05"),
        ("Wir erstatten den Betrag innerhalb von 5 Werktagen", "refund 10-10"),
        ("Wir senden morgen Ersatz", "resend 09-29"),
        ("Bitte schließen Sie den Streitfall", CLOSE),
        ("Sie müssen den Streitfall nicht schließen", ""),
        ("Bitte bestätigen Sie den Erhalt", CONFIRM),
        ("Wir können per PayPal erstatten", OUTSIDE),
        ("Wenn Sie den Fall schließen, schicken wir Ersatz", CLOSE),
        ("Bitte öffnen Sie keinen Disput", AVOID),
        ("Warten Sie bis 5.10.", "wait 10-05"),
        ("Guten Tag, wir haben Ihr Paket geprüft.", ""),
        ("Automatische Antwort: Wir sind im Urlaub", AUTO),
        ("Ihr Paket wurde vor 10 Tagen verschickt", ""),
    ],
    "pt": [
        ("aguarde 15 dias", "wait 10-13"),
        ("Vamos reembolsar amanhã", "refund 09-29"),
        ("Por favor, feche a disputa", CLOSE),
        ("Não feche a disputa", ""),
        ("Confirme o recebimento, por favor", CONFIRM),
        ("Reembolsaremos via PayPal", OUTSIDE),
        ("Olá, obrigado por entrar em contato, responderemos o mais rápido possível", AUTO),
        ("O pedido foi enviado há 15 dias", ""),
    ],
    "it": [
        ("attenda 10 giorni", "wait 10-08"),
        ("Spediremo domani", "ship 09-29"),
        ("Chiuda la controversia per favore", CLOSE),
        ("Non chiuda la controversia", ""),
        ("Confermi la ricezione per favore", CONFIRM),
        ("Possiamo rimborsare tramite PayPal", OUTSIDE),
        ("Ciao, grazie per averci contattato, risponderemo al più presto", AUTO),
        ("Il pacco è stato spedito 10 giorni fa", ""),
    ],
    "pl": [
        ("proszę poczekać 14 dni", "wait 10-12"),
        ("Wyślemy jutro", "ship 09-29"),
        ("Proszę zamknąć spór", CLOSE),
        ("Proszę nie zamykać sporu", ""),
        ("Proszę potwierdzić odbiór", CONFIRM),
        ("Zwrócimy pieniądze przez PayPal", OUTSIDE),
        ("Dzień dobry, dziękujemy za wiadomość, odpowiemy jak najszybciej", AUTO),
        ("Paczka została wysłana 10 dni temu", ""),
    ],
    "ko": [
        ("15일 기다려 주세요", "wait 10-13"),
        ("연휴 후 발송하겠습니다", "ship 10-08"),
        ("10월 5일까지 발송하겠습니다", "ship 10-05"),
        ("분쟁을 취소해 주세요", CLOSE),
        ("분쟁을 취소하지 마세요", ""),
        ("수령 확인을 눌러 주세요", CONFIRM),
        ("페이팔로 환불해 드리겠습니다", OUTSIDE),
        ("자동 응답: 안녕하세요", AUTO),
        ("안녕하세요, 감사합니다", ""),
    ],
    "ja": [
        ("2週間お待ちください", "wait 10-12"),
        ("10月5日までに発送します", "ship 10-05"),
        ("連休明けに発送いたします", "ship 10-08"),
        ("紛争をキャンセルしてください", CLOSE),
        ("紛争をキャンセルする必要はありません", ""),
        ("受領確認をしてください", CONFIRM),
        ("PayPalで返金いたします", OUTSIDE),
        ("自動返信：お問い合わせありがとうございます", AUTO),
        ("発送しました。ありがとうございます。", ""),
    ],
    "mixed": [
        ("亲 please wait 15 days 谢谢", "wait 10-13"),
        ("Dear, 请关闭纠纷 thank you", CLOSE),
        ("🙏🙏🙏", ""),
        ("", ""),
    ],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(*case, id=f"{name}:{case[0]}")
        for name, cases in CORPUS.items()
        for case in cases
    ],
)
def test_message_is_read_as_a_person_would(text: str, expected: str) -> None:
    assert summary(text) == expected


def test_corpus_holds_at_least_120_messages_in_ten_languages() -> None:
    assert sum(len(cases) for cases in CORPUS.values()) >= 120
    assert len(CORPUS) >= 10


# --- automatic replies ----------------------------------------------------------------------------


def test_automatic_reply_names_the_sentence_that_showed_it() -> None:
    text = "Dear friend. We will reply to you within 24 hours. Best regards, Anna"
    assert read(text).automatic_quote == "We will reply to you within 24 hours"


def test_answer_that_opens_like_an_automatic_reply_is_an_answer() -> None:
    text = "Dear friend, thank you for your message. The parcel was lost. We will reply soon."
    reading = read(text)
    assert not reading.is_automatic
    assert reading.automatic_quote == ""


# --- promises -------------------------------------------------------------------------------------


def until(text: str, received_at: datetime = RECEIVED, country: str = "CN") -> datetime:
    promise = read(text, received_at, country).promise
    assert promise is not None
    return promise.until


def test_promise_runs_out_when_the_sellers_working_day_ends() -> None:
    assert until("Please wait 15 days") == datetime(2026, 10, 13, 10, 0, tzinfo=UTC)


def test_hours_that_run_into_the_evening_run_out_to_the_hour() -> None:
    received = datetime(2026, 9, 28, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai
    assert until("We will reply within 48 hours", received) == received + timedelta(hours=48)


def test_today_written_in_the_evening_lasts_until_midnight() -> None:
    received = datetime(2026, 9, 28, 13, 0, tzinfo=UTC)  # 21:00 in Shanghai
    assert until("We will ship today", received) == datetime(
        2026, 9, 28, 15, 59, 59, 999999, tzinfo=UTC
    )


def test_date_without_a_year_in_december_is_next_years_january() -> None:
    received = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
    assert until("wait until January 5", received).date() == date(2027, 1, 5)


def test_date_gone_by_without_a_year_is_no_promise() -> None:
    assert read("We will check what we sent, wait until September 20").promise is None


def test_figures_that_may_be_day_or_month_are_no_promise() -> None:
    assert read("Please wait until 10/11").promise is None


def test_figures_are_day_and_month_in_a_language_that_writes_them_so() -> None:
    assert until("espere hasta el 10/11").date() == date(2026, 11, 10)


def test_days_cross_spring_festival_by_the_calendar() -> None:
    received = datetime(2026, 2, 10, 2, 0, tzinfo=UTC)
    assert until("请等15天", received).date() == date(2026, 2, 25)


def test_working_days_skip_spring_festival_and_count_make_up_days() -> None:
    received = datetime(2026, 2, 10, 2, 0, tzinfo=UTC)
    # 11, 12, 13, Saturday 14 (made up for), then 24 after the days off.
    assert until("We will ship within 5 working days", received).date() == date(2026, 2, 24)


@pytest.mark.parametrize(
    ("text", "received", "day"),
    [
        ("We will ship after Chinese New Year", date(2026, 2, 10), date(2026, 2, 24)),
        ("节后发货", date(2026, 2, 18), date(2026, 2, 24)),
        ("国庆节后发货", date(2026, 9, 28), date(2026, 10, 8)),
        ("We will ship after Labor Day", date(2026, 4, 28), date(2026, 5, 6)),
        ("We will ship after Christmas", date(2026, 12, 20), date(2026, 12, 28)),
    ],
)
def test_after_a_holiday_is_the_first_working_day_after_its_days_off(
    text: str, received: date, day: date
) -> None:
    at = datetime(received.year, received.month, received.day, 2, 0, tzinfo=UTC)
    assert until(text, at).date() == day


def test_chinese_new_year_is_known_to_a_seller_elsewhere() -> None:
    received = datetime(2026, 2, 10, 2, 0, tzinfo=UTC)
    assert until("We ship after Chinese New Year", received, "US").date() == date(2026, 2, 24)


def test_the_holiday_is_no_promise_when_none_is_near() -> None:
    assert read("节后发货", datetime(2026, 11, 10, 2, 0, tzinfo=UTC)).promise is None


def test_end_of_day_follows_the_sellers_clocks_over_a_change() -> None:
    reading = read_message(
        "Please wait 10 days",
        received_at=datetime(2026, 10, 20, 8, 0, tzinfo=UTC),
        seller_zone=ZoneInfo("Europe/Berlin"),
        country="DE",
    )
    assert reading.promise is not None
    assert reading.promise.until == datetime(2026, 10, 30, 17, 0, tzinfo=UTC)


def test_working_week_of_the_seller_may_have_a_saturday() -> None:
    reading = read_message(
        "We will ship within 5 working days",
        received_at=datetime(2026, 11, 16, 2, 0, tzinfo=UTC),
        seller_zone=SHANGHAI,
        country="CN",
        working_weekdays=frozenset(range(6)),
    )
    assert reading.promise is not None
    assert reading.promise.until.date() == date(2026, 11, 21)


def test_latest_of_several_dates_is_promised() -> None:
    reading = read("We will ship tomorrow. Please wait 20 days. We will reply in 3 days.")
    assert reading.promise is not None
    assert reading.promise.kind is PromiseKind.WAIT
    assert reading.promise.quote == "Please wait 20 days"
    assert reading.promise.until.date() == date(2026, 10, 18)


def test_promise_of_years_is_none() -> None:
    assert read("Please wait 999 days").promise is None


def test_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        read("ok", datetime(2026, 9, 28))  # noqa: DTZ001


# --- red flags ------------------------------------------------------------------------------------


def test_flag_quotes_the_sentence_as_written_and_says_why() -> None:
    (flag,) = read("Hello! PLEASE  close the Dispute&nbsp;first. Thank you").red_flags
    assert flag.code is FlagCode.CLOSE_DISPUTE
    assert flag.quote == "PLEASE close the Dispute first"
    assert flag.reason == REASONS[FlagCode.CLOSE_DISPUTE]


def test_each_flag_is_raised_once() -> None:
    codes = [flag.code for flag in read("Close the dispute. Please close the dispute!").red_flags]
    assert codes == [FlagCode.CLOSE_DISPUTE]


def test_every_flag_has_words_in_every_language_and_a_reason() -> None:
    assert set(REASONS) == set(FlagCode)
    assert len(languages()) == 10
    assert all(set(language.flags) == set(FlagCode) for language in languages())


def test_promise_has_cues_of_every_kind_in_every_language() -> None:
    never = "(?!)"
    assert all(cue.pattern != never for language in languages() for cue in language.cues.values())


# --- any text -------------------------------------------------------------------------------------

FRAGMENTS = [case[0] for cases in CORPUS.values() for case in cases] + [
    "0 days", "99 weeks", "31.02.", "30/02/2027", "2026-13-45", "２月３０日", "十十天", "&#0;", "İ", "Ａ",
    "by the 31st", "31日まで", "999 working days", "6 months", " ", "\n", ".", ",", "until", "wait", "请等",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=8).map(" ".join),
    st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join),
)
MOMENTS = st.floats(1.4e9, 2.4e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Pacific/Apia"])


@settings(max_examples=200, deadline=None)
@given(TEXTS, MOMENTS, ZONES, st.sampled_from(["CN", "KR", "US", "DE", "", "XX"]))
def test_any_text_gives_a_reading_whose_promise_lies_ahead(
    text: str, received_at: datetime, zone: str, country: str
) -> None:
    reading = read_message(
        text, received_at=received_at, seller_zone=ZoneInfo(zone), country=country
    )
    assert reading.is_automatic == bool(reading.automatic_quote)
    assert reading.promise is None or reading.promise.until >= received_at


HOSTILE = [
    "a", "1", "wait ", "close ", "1-", "15 days ", "do not ", "12/5 ", "please confirm ", "(", "&amp;",
    "thank you for your message ", "we will reply as soon as possible ", "pay extra ", "wait more ", "十",
    "请等", "关闭", "원", "お待ち", "wait, ", "5 of december ", "choose reason ", "cerrar la ", "will a ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_pattern_backtracks_without_end_on_hostile_text(piece: str) -> None:
    started = time.process_time()
    read((piece * 20_000)[:20_000])
    # Linear patterns need hundredths of a second, a quadratic one minutes: no figure, a guard.
    assert time.process_time() - started < 2


def test_what_lies_beyond_the_part_that_is_read_changes_nothing() -> None:
    long = "x " * (CHARACTERS_READ // 2) + ". Please close the dispute."
    assert read(long).red_flags == ()


def has_endless_repeat_within_another(pattern: Any, *, is_within: bool = False) -> bool:
    """Whether a parsed pattern can take time that grows faster than the square of the text."""
    if not isinstance(pattern, (list, tuple, _parser.SubPattern)):
        return False
    if isinstance(pattern, tuple) and pattern[0] in (_parser.MAX_REPEAT, _parser.MIN_REPEAT):
        _, most, repeated = pattern[1]
        is_endless = most is _parser.MAXREPEAT
        if is_endless and is_within:
            return True
        return has_endless_repeat_within_another(repeated, is_within=is_within or is_endless)
    return any(has_endless_repeat_within_another(part, is_within=is_within) for part in pattern)


def patterns_of(language: Language) -> list[re.Pattern[str]]:
    return [
        language.no_promise,
        language.negation,
        language.negation_revoked,
        language.negation_after,
        language.automatic_certain,
        language.automatic_says,
        language.boilerplate,
        *(time.finds for time in language.times),
        *language.cues.values(),
        *(pattern for flag in language.flags.values() for pattern in (flag.says, flag.unless)),
    ]


@pytest.mark.parametrize("pattern", [r"(a+)*", r"(?:x (?:\w+ )*)+"])
def test_endless_repeat_within_another_is_seen(pattern: str) -> None:
    assert has_endless_repeat_within_another(_parser.parse(pattern))


def test_no_pattern_has_an_endless_repeat_within_another() -> None:
    assert not [
        pattern.pattern
        for language in languages()
        for pattern in patterns_of(language)
        if has_endless_repeat_within_another(_parser.parse(pattern.pattern))
    ]


def test_no_pattern_has_capitals_which_a_text_in_small_letters_never_matches() -> None:
    escapes = re.compile(r"\\.|\(\?P<\w+>")
    assert not [
        pattern.pattern
        for language in languages()
        for pattern in patterns_of(language)
        if re.search("[A-Z]", escapes.sub("", pattern.pattern))
    ]
