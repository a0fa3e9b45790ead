/// A small house: five products of which one is for gold members' eyes only, two markets, two
/// languages, two tiers.
enum House {
  static let pictures = ["square", "bag", "watch", "scent", "velvet-front"]

  /// The project as one text; each `-- path --` line begins a file.
  static let archive = settings + content + seed

  private static let settings = #"""
    -- trumeau.yaml --
    site: small
    tenant: demo
    api:
      connector: native
      url: http://127.0.0.1:9
      token_file: .trumeau/token
    time_zone: Europe/Paris
    max_shrink: 60%
    media: { folder: media, base: /media/, raster: png }
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
    tiers: [member, gold]
    page_size: 12
    menus:
      main:
        title: { en: "Main", fr: "Menu" }
        links:
          - { title: { en: "Silk", fr: "Soie" }, url: collections/silk }
    -- channels/google-eu.yaml --
    kind: google_merchant
    storefront: main
    market: eu
    locale: en
    formats: [xml, gz]
    loyalty:
      - { tier: member, program_label: ring, tier_label: member }
    attributes:
      color: "option:Colour | =Multicolour"
    -- channels/google-jp.yaml --
    kind: google_merchant
    storefront: main
    market: jp
    locale: en
    formats: [xml, gz]
    loyalty:
      - { tier: member, program_label: ring, tier_label: member }
    attributes:
      color: "option:Colour | =Multicolour"

    """#

  private static let content = #"""
    -- content/index.md --
    ---
    title: House
    hero: { title: "Welcome" }
    ---
    -- content/pages/about.md --
    ---
    title: About
    ---
    We make things by hand.
    -- content/journal/first.md --
    ---
    title: First letter
    published_at: 2026-01-05
    ---
    Hello.

    """#

  private static let seed = #"""
    -- seed.jsonl --
    {"type":"price_list","id":"pl_eu","attributes":{"name":"EU","currency":"EUR","audience":"public","priority":0,"tax_included":true}}
    {"type":"price_list","id":"pl_member","attributes":{"name":"Member","currency":"EUR","audience":{"tier_at_least":"tier_member"},"priority":5,"tax_included":true}}
    {"type":"price_list","id":"pl_gold","attributes":{"name":"Gold","currency":"EUR","audience":{"tier_at_least":"tier_gold"},"priority":9,"tax_included":true}}
    {"type":"price_list","id":"pl_jp","attributes":{"name":"JP","currency":"JPY","audience":"public","priority":0,"tax_included":true}}
    {"type":"market","id":"mkt_eu","attributes":{"name":"Europe","countries":["FR","DE"],"currency":"EUR","locales":["en","fr"],"tax_included":true,"tax_rate":"0.20"},"links":{"price_list":"pl_eu"}}
    {"type":"market","id":"mkt_jp","attributes":{"name":"Japan","countries":["JP"],"currency":"JPY","locales":["en"],"tax_included":true,"tax_rate":"0.10"},"links":{"price_list":"pl_jp"}}
    {"type":"location","id":"loc_paris","attributes":{"name":"Paris","country":"FR","time_zone":"Europe/Paris"}}
    {"type":"program","id":"prg","attributes":{"name":"The Ring","kind":"earned","currency":"EUR"}}
    {"type":"tier","id":"tier_member","attributes":{"key":"member","rank":10,"name":{"en":"Member","fr":"Membre"}},"links":{"program":"prg"}}
    {"type":"tier","id":"tier_gold","attributes":{"key":"gold","rank":20,"name":{"en":"Gold","fr":"Or"}},"links":{"program":"prg"}}
    {"type":"product","id":"prd_square","attributes":{"handle":"open-square","title":"Open Square","vendor":"House","status":"active","description":{"markdown":"Plain *silk*."},"options":[{"name":"Colour","values":["Red","Blue"]}]}}
    {"type":"variant","id":"var_red","attributes":{"sku":"SQ-RED-1","position":1,"options":{"Colour":"Red"}},"links":{"product":"prd_square"}}
    {"type":"variant","id":"var_blue","attributes":{"sku":"SQ-BLUE-1","position":2,"options":{"Colour":"Blue"}},"links":{"product":"prd_square"}}
    {"type":"price","id":"prc_red","attributes":{"amount":42050,"currency":"EUR"},"links":{"variant":"var_red","price_list":"pl_eu"}}
    {"type":"price","id":"prc_red_member","attributes":{"amount":40001,"currency":"EUR"},"links":{"variant":"var_red","price_list":"pl_member"}}
    {"type":"price","id":"prc_red_gold","attributes":{"amount":38847,"currency":"EUR"},"links":{"variant":"var_red","price_list":"pl_gold"}}
    {"type":"price","id":"prc_red_jp","attributes":{"amount":68000,"currency":"JPY"},"links":{"variant":"var_red","price_list":"pl_jp"}}
    {"type":"price","id":"prc_blue","attributes":{"amount":43099,"currency":"EUR"},"links":{"variant":"var_blue","price_list":"pl_eu"}}
    {"type":"inventory_level","id":"inv_red","attributes":{"available":5},"links":{"variant":"var_red","location":"loc_paris"}}
    {"type":"inventory_level","id":"inv_blue","attributes":{"available":0},"links":{"variant":"var_blue","location":"loc_paris"}}
    {"type":"media","id":"med_square","attributes":{"kind":"image","url":"/media/square.svg","alt":"An open square","width":1600,"height":2000,"position":1},"links":{"parent":{"type":"product","id":"prd_square"}}}
    {"type":"product","id":"prd_bag","attributes":{"handle":"evening-bag","title":"Evening Bag","vendor":"House","status":"active"}}
    {"type":"variant","id":"var_bag","attributes":{"sku":"BAG-EVE-1","position":1},"links":{"product":"prd_bag"}}
    {"type":"price","id":"prc_bag","attributes":{"amount":1234567,"currency":"EUR"},"links":{"variant":"var_bag","price_list":"pl_eu"}}
    {"type":"inventory_level","id":"inv_bag","attributes":{"available":2},"links":{"variant":"var_bag","location":"loc_paris"}}
    {"type":"media","id":"med_bag","attributes":{"kind":"image","url":"/media/bag.svg","alt":"An evening bag","width":1600,"height":2000,"position":1},"links":{"parent":{"type":"product","id":"prd_bag"}}}
    {"type":"product","id":"prd_watch","attributes":{"handle":"slow-watch","title":"Slow Watch","vendor":"House","status":"active"}}
    {"type":"variant","id":"var_watch","attributes":{"sku":"WAT-SLO-1","position":1},"links":{"product":"prd_watch"}}
    {"type":"price","id":"prc_watch","attributes":{"amount":500000,"currency":"EUR"},"links":{"variant":"var_watch","price_list":"pl_eu"}}
    {"type":"price","id":"prc_watch_jp","attributes":{"amount":810000,"currency":"JPY"},"links":{"variant":"var_watch","price_list":"pl_jp"}}
    {"type":"inventory_level","id":"inv_watch","attributes":{"available":1},"links":{"variant":"var_watch","location":"loc_paris"}}
    {"type":"media","id":"med_watch","attributes":{"kind":"image","url":"/media/watch.svg","alt":"A slow watch","width":1600,"height":2000,"position":1},"links":{"parent":{"type":"product","id":"prd_watch"}}}
    {"type":"product","id":"prd_scent","attributes":{"handle":"rain-scent","title":"Rain Scent","vendor":"House","status":"active"}}
    {"type":"variant","id":"var_scent","attributes":{"sku":"SCE-RAI-1","position":1},"links":{"product":"prd_scent"}}
    {"type":"price","id":"prc_scent","attributes":{"amount":9505,"currency":"EUR"},"links":{"variant":"var_scent","price_list":"pl_eu"}}
    {"type":"media","id":"med_scent","attributes":{"kind":"image","url":"/media/scent.svg","alt":"A bottle","width":1600,"height":2000,"position":1},"links":{"parent":{"type":"product","id":"prd_scent"}}}
    {"type":"product","id":"prd_hidden","attributes":{"handle":"velvet-ombre","title":"Velvet Ombré Clutch","vendor":"House","status":"active"}}
    {"type":"variant","id":"var_hidden","attributes":{"sku":"VELVET-777","position":1},"links":{"product":"prd_hidden"}}
    {"type":"price","id":"prc_hidden","attributes":{"amount":987650,"currency":"EUR"},"links":{"variant":"var_hidden","price_list":"pl_eu"}}
    {"type":"inventory_level","id":"inv_hidden","attributes":{"available":1},"links":{"variant":"var_hidden","location":"loc_paris"}}
    {"type":"media","id":"med_hidden","attributes":{"kind":"image","url":"/media/velvet-front.svg","alt":"Velvet","width":1600,"height":2000,"position":1},"links":{"parent":{"type":"product","id":"prd_hidden"}}}
    {"type":"gate","id":"gate_hidden","attributes":{"mode":"hidden","audience":{"tier_at_least":"tier_gold"}},"links":{"resource":{"type":"product","id":"prd_hidden"}}}
    {"type":"collection","id":"col_silk","attributes":{"handle":"silk","title":"Silk","products":["prd_square","prd_bag","prd_watch","prd_scent","prd_hidden"]}}

    """#
}
