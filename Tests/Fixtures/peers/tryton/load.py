"""Give a Tryton database a company, an application key for REST, and products out of a list of books.
usage: load.py CONFIG DATABASE BOOKS_CSV"""
import csv, sys
from decimal import Decimal
import trytond.config as config
config.update_etc(sys.argv[1])
from trytond.pool import Pool
from trytond.transaction import Transaction

database, books = sys.argv[2], sys.argv[3]
pool = Pool(database)
pool.init()
with Transaction().start(database, 1, context={"active_test": False}) as transaction:
    Application = pool.get("res.user.application")
    key = Application(user=1, application="rest", state="validated")
    key.save()
    print("key", key.key)
    Unit, = pool.get("product.uom").search([("name", "=", "Unit")], limit=1)
    Template, Category = pool.get("product.template"), pool.get("product.category")
    Company, Party, Currency = pool.get("company.company"), pool.get("party.party"), pool.get("currency.currency")
    euro = Currency(name="Euro", code="EUR", symbol="E", digits=2, rounding=Decimal("0.01"))
    euro.save()
    party = Party(name="Peer shop")
    party.save()
    company = Company(party=party, currency=euro)
    company.save()
    user = pool.get("res.user")(1)
    user.companies = [company]
    user.company = company
    user.save()
    transaction.commit()
    with transaction.set_context(company=company.id):
        root = Category(name="Books")
        root.save()
        branches = {}
        rows = []
        for index, row in enumerate(csv.DictReader(open(books, encoding="utf-8"))):
            language = row["language_code"] or "unknown"
            if language not in branches:
                branches[language] = Category(name=language, parent=root)
                branches[language].save()
            rows.append({
                "name": row["title"], "code": "B" + row["book_id"], "type": "goods", "default_uom": Unit.id,
                "list_price": Decimal(499 + index * 37 % 3000) / 100, "salable": True, "sale_uom": Unit.id,
                "categories": [("add", [branches[language].id])],
                "products": [("create", [{"suffix_code": "v1"}])]})
        for start in range(0, len(rows), 50):  # more at once overruns a limit of recursion
            Template.create(rows[start:start + 50])
    transaction.commit()
    print("loaded", len(rows), "products")
