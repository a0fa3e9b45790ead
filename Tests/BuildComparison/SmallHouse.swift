/// A small house: one open product, one for gold members' eyes only, one teaser, two markets, two
/// languages.
package enum SmallHouse {
  static let settings = """
    -- trumeau.yaml --
    site: small
    tenant: demo
    api:
      connector: native
      url: http://127.0.0.1:1
      token_file: .trumeau/token
    time_zone: Europe/Paris
    media:
      folder: media
      base: /media/
      raster: png
    -- storefronts/main.yaml --
    base_url: https://house.example
    shop:
      name: House
      email: a@house.example
      tagline: { en: "Made by hand", fr: "Fait main" }
      description: { en: "Made by hand", fr: "Fait main" }
    default_market: eu
    markets:
      eu: { market: mkt_eu, locales: [en, fr] }
      jp: { market: mkt_jp, locales: [en] }
    tiers: [gold]
    page_size: 2
    menus:
      main:
        title: { en: "Main", fr: "Menu" }
        links:
          - { title: { en: "Silk", fr: "Soie" }, url: collections/silk }

    """

  static let theme = """
    -- templates/layouts/theme.html.liquid --
    <!doctype html><html lang="{{ localization.language.iso_code }}"><head><title>{{ page_title | escape }}</title>
    {{ content_for_header }}</head><body>
    {% section 'header' %}{{ content_for_layout }}</body></html>
    -- templates/sections/header.html.liquid --
    <nav>{% for link in linklists['main'].links %}<a href="{{ link.url }}">{{ link.title | escape }}</a>{% endfor %}</nav>
    -- templates/partials/card.html.liquid --
    <li><a href="{{ card.url }}">{{ card.title | escape }}</a> {% if card.price %}{{ card.price | money }}{% endif %}</li>
    -- templates/pages/index.html.liquid --
    <h1>{{ home.hero.title | escape }}</h1>{% for card in collections['silk'].products %}{% render 'card', card: card %}{% endfor %}
    -- templates/pages/product.html.liquid --
    <h1>{{ product.title | escape }}</h1>{{ product.description }}
    {% for image in product.images %}<img src="{{ image.src }}" alt="{{ image.alt | escape }}">{% endfor %}
    {% for variant in product.variants %}<p class="variant">{{ variant.sku }} {{ variant.price | money }}{% if variant.member_price %} member {{ variant.member_price.amount | money }}{% endif %}</p>{% endfor %}
    <div class="story">{{ product.story }}</div><p class="care">{{ product.care }}</p>
    -- templates/pages/collection.html.liquid --
    <h1>{{ collection.title | escape }}</h1>{% for card in collection.products %}{% render 'card', card: card %}{% endfor %}{{ paginate | default_pagination }}
    -- templates/pages/collections.html.liquid --
    {% for collection in collections.all %}<a href="{{ collection.url }}">{{ collection.title | escape }} {{ collection.all_products_count }}</a>{% endfor %}
    -- templates/pages/membership.html.liquid --
    {% for tier in program.tiers %}<h2>{{ tier.name }}</h2>{% endfor %}
    -- templates/pages/page.html.liquid --
    <h1>{{ page.title | escape }}</h1>{{ page.content }}
    -- templates/pages/blog.html.liquid --
    {% for article in blog.articles %}<a href="{{ article.url }}">{{ article.title | escape }}</a>{% endfor %}
    -- templates/pages/article.html.liquid --
    <h1>{{ article.title | escape }}</h1>{{ article.content }}
    -- templates/pages/404.html.liquid --
    <h1>{{ 'not_found.title' | t }}</h1>
    -- templates/locales/en.json --
    {"not_found":{"title":"Nothing here"},"journal":{"title":"Journal"}}
    -- templates/locales/fr.json --
    {"not_found":{"title":"Rien ici"},"journal":{"title":"Journal"}}
    -- templates/assets/theme.css --
    body{background:url(paper.svg)}
    -- templates/assets/paper.svg --
    <svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>

    """

  static let content = """
    -- content/index.md --
    ---
    title: House
    hero: { title: "Welcome" }
    ---
    -- content/index.fr.md --
    ---
    hero: { title: "Bienvenue" }
    ---
    -- content/pages/about.md --
    ---
    title: About
    ---
    See [the silk](collections/silk).
    -- content/journal/first.md --
    ---
    title: First letter
    published_at: 2026-01-05
    ---
    Hello.
    -- content/products/open-square.md --
    ---
    id: prd_open
    care: Wash it cold
    ---
    A **story** of its own.

    """

  package static let seed = """
    -- seed.jsonl --
    {"type":"price_list","id":"pl_eu","attributes":{"name":"EU","currency":"EUR","audience":"public","priority":0,"tax_included":true}}
    {"type":"price_list","id":"pl_gold","attributes":{"name":"Gold","currency":"EUR","audience":{"tier_at_least":"tier_gold"},"priority":9,"tax_included":true}}
    {"type":"price_list","id":"pl_jp","attributes":{"name":"JP","currency":"JPY","audience":"public","priority":0,"tax_included":true}}
    {"type":"market","id":"mkt_eu","attributes":{"name":"Europe","countries":["FR","DE"],"currency":"EUR","locales":["en","fr"],"tax_included":true,"tax_rate":"0.20"},"links":{"price_list":"pl_eu"}}
    {"type":"market","id":"mkt_jp","attributes":{"name":"Japan","countries":["JP"],"currency":"JPY","locales":["en"],"tax_included":true,"tax_rate":"0.10"},"links":{"price_list":"pl_jp"}}
    {"type":"location","id":"loc_paris","attributes":{"name":"Paris","country":"FR","time_zone":"Europe/Paris"}}
    {"type":"program","id":"prg","attributes":{"name":"The Ring","kind":"earned","currency":"EUR"}}
    {"type":"tier","id":"tier_gold","attributes":{"key":"gold","rank":20,"name":{"en":"Gold","fr":"Or"}},"links":{"program":"prg"}}
    {"type":"product","id":"prd_open","attributes":{"handle":"open-square","title":"Open Square","status":"active","description":{"markdown":"Plain *silk*."}}}
    {"type":"variant","id":"var_open","attributes":{"sku":"OPEN-SQ-1","position":1},"links":{"product":"prd_open"}}
    {"type":"price","id":"prc_open","attributes":{"amount":42050,"currency":"EUR"},"links":{"variant":"var_open","price_list":"pl_eu"}}
    {"type":"price","id":"prc_open_gold","attributes":{"amount":39915,"currency":"EUR"},"links":{"variant":"var_open","price_list":"pl_gold"}}
    {"type":"price","id":"prc_open_jp","attributes":{"amount":68000,"currency":"JPY"},"links":{"variant":"var_open","price_list":"pl_jp"}}
    {"type":"inventory_level","id":"inv_open","attributes":{"available":5},"links":{"variant":"var_open","location":"loc_paris"}}
    {"type":"media","id":"med_open","attributes":{"kind":"image","url":"/media/open.svg","alt":"An open square","width":1600,"height":2000,"position":1},"links":{"parent":{"type":"product","id":"prd_open"}}}
    {"type":"translation","id":"tr_open_t","attributes":{"key":"title","locale":"fr","value":"Carré ouvert","source_digest":"sha256:00"},"links":{"resource":{"type":"product","id":"prd_open"}}}
    {"type":"translation","id":"tr_open_d","attributes":{"key":"description","locale":"fr","value":"De la *soie*.","source_digest":"sha256:00"},"links":{"resource":{"type":"product","id":"prd_open"}}}
    {"type":"product","id":"prd_second","attributes":{"handle":"second-square","title":"Second Square","status":"active"}}
    {"type":"variant","id":"var_second","attributes":{"sku":"SECOND-SQ-1","position":1},"links":{"product":"prd_second"}}
    {"type":"price","id":"prc_second","attributes":{"amount":20000,"currency":"EUR"},"links":{"variant":"var_second","price_list":"pl_eu"}}
    {"type":"product","id":"prd_hidden","attributes":{"handle":"velvet-ombre","title":"Velvet Ombré","status":"active"}}
    {"type":"variant","id":"var_hidden","attributes":{"sku":"VELVET-77","position":1},"links":{"product":"prd_hidden"}}
    {"type":"price","id":"prc_hidden","attributes":{"amount":987650,"currency":"EUR"},"links":{"variant":"var_hidden","price_list":"pl_eu"}}
    {"type":"media","id":"med_hidden","attributes":{"kind":"image","url":"/media/velvet-front.svg","alt":"Velvet","width":1600,"height":2000,"position":1},"links":{"parent":{"type":"product","id":"prd_hidden"}}}
    {"type":"gate","id":"gate_hidden","attributes":{"mode":"hidden","audience":{"tier_at_least":"tier_gold"}},"links":{"resource":{"type":"product","id":"prd_hidden"}}}
    {"type":"product","id":"prd_teaser","attributes":{"handle":"shy-square","title":"Shy Square","status":"active","description":{"markdown":"Only for members."}}}
    {"type":"variant","id":"var_teaser","attributes":{"sku":"SHY-SQ-1","position":1},"links":{"product":"prd_teaser"}}
    {"type":"price","id":"prc_teaser","attributes":{"amount":55000,"currency":"EUR"},"links":{"variant":"var_teaser","price_list":"pl_eu"}}
    {"type":"gate","id":"gate_teaser","attributes":{"mode":"teaser","audience":{"tier_at_least":"tier_gold"}},"links":{"resource":{"type":"product","id":"prd_teaser"}}}
    {"type":"collection","id":"col_silk","attributes":{"handle":"silk","title":"Silk","products":["prd_open","prd_hidden","prd_second","prd_teaser"]}}
    {"type":"collection","id":"col_cabinet","attributes":{"handle":"the-cabinet","title":"The Cabinet Noir","products":["prd_hidden"]}}
    {"type":"gate","id":"gate_cabinet","attributes":{"mode":"hidden","audience":{"tier_at_least":"tier_gold"}},"links":{"resource":{"type":"collection","id":"col_cabinet"}}}
    {"type":"redirect","id":"red_1","attributes":{"from":"/products/old-square","to":"/products/open-square","status":301}}
    {"type":"redirect","id":"red_2","attributes":{"from":"/products/lost-square","to":null,"status":410}}
    {"type":"redirect","id":"red_3","attributes":{"from":"/products/velour","to":"/products/velvet-ombre","status":301}}
    -- media/open.svg --
    <svg xmlns="http://www.w3.org/2000/svg" width="1600" height="2000"/>
    -- media/velvet-front.svg --
    <svg xmlns="http://www.w3.org/2000/svg" width="1600" height="2000"/>

    """

  /// All of it as one text.
  package static var archive: String { settings + theme + content + seed }
}
