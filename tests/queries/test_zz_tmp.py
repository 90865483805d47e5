import pytest
from tests import make
@pytest.mark.django_db
def test_x():
    from chiso.queries.standing import rankings, ranks
    tree = make.tree(); e = make.draft(tree=tree)
    for r in rankings(e): print(r.values_list("edition_id","rank").query.sql_with_params()[0])
    print(ranks(e))
    assert 0
