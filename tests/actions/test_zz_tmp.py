import pytest, re, traceback
from chiso.models import *
from tests import record
from tests.ingest.expected import sample
pytestmark = pytest.mark.django_db
TXT = sample(".txt").decode()
L = "rất dài " * 90
CASES = {
 "rank over": lambda t: t.replace("48/63","64/63"),
 "rank huge": lambda t: t.replace("48/63","70000/70001"),
 "rank zero": lambda t: t.replace("48/63","0/63"),
 "rank alone": lambda t: t.replace("48/63","48"),
 "score huge": lambda t: t.replace("61.5/100","123456.5/100"),
 "score outof huge": lambda t: t.replace("61.5/100","61.5/1234567"),
 "score places": lambda t: t.replace("61.5/100","61.123456789/100"),
 "value places": lambda t: t.replace("57,72","57,7212345678",1).replace("57.72","57.72123456",1),
 "subject": lambda t: t.replace("V/v","V/v "+L,1),
 "number": lambda t: t.replace("1082/VPUB","10821082108210821082108210821082/VPUB"),
 "symbol": lambda t: t.replace("VPUB-KSTT","VPUB-"+"KSTT"*20),
 "nul": lambda t: t.replace("Quảng Điền","Quảng\0Điền"),
 "nul2": lambda t: t.replace("Tổng điểm","Tổng\0điểm").replace("V/v","V/v\0"),
 "lone": lambda t: t.replace("57,72","57,72 \ud800"),
 "sign": lambda t: t+("\nNguyễn "+L),
 "printed": lambda t: re.sub(r"2145|2\.145", "2.145"+" "*0+" hồ sơ"*40, t, 1),
 "printed2": lambda t: re.sub(r"2145|2\.145", "0"*120+"2145", t, 1),
 "unit": lambda t: t.replace("UBND huyện Quảng Điền","UBND huyện "+L),
 "head": lambda t: t.replace("Phụ lục II","Phụ lục II"+L),
}
@pytest.mark.parametrize("case", CASES)
def test_x(case):
    record.office_of_2023()
    text = CASES[case](TXT)
    changed = text != TXT
    data = text.encode("utf-8","surrogatepass")
    try:
        e = record.loaded(".txt", data=data)
        print("OK", case, changed, e.dispatch.subject[:30], len(e.dispatch.subject), e.dispatch.reference, e.headline_rank, e.headline_rank_of, e.headline_score, Result.objects.count())
    except Exception as x:
        print("EXC", case, changed, type(x).__name__, str(x)[:200].replace("\n"," "))
        if type(x).__name__ not in ("UnableToRead","UnableToApply"): traceback.print_exc(limit=-4)
