extension Schema {
  /// What a person asks about: one table a resource type, one row a record, gone with the record.
  static let catalogue = """
    CREATE TABLE product(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      handle TEXT NOT NULL,
      title TEXT NOT NULL,
      vendor TEXT,
      product_type TEXT,
      status TEXT NOT NULL,
      description_markdown TEXT,
      description_html TEXT,
      google_category TEXT,
      seo_title TEXT,
      seo_description TEXT,
      metafields TEXT
    ) STRICT;
    CREATE UNIQUE INDEX product_id ON product(id);
    CREATE INDEX product_handle ON product(handle);

    CREATE TABLE product_tag(
      n INTEGER NOT NULL REFERENCES product(n) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      product_id TEXT NOT NULL,
      tag TEXT NOT NULL,
      PRIMARY KEY(n, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE option(
      n INTEGER NOT NULL REFERENCES product(n) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      product_id TEXT NOT NULL,
      name TEXT NOT NULL,
      PRIMARY KEY(n, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE option_value(
      n INTEGER NOT NULL REFERENCES product(n) ON DELETE CASCADE,
      option_position INTEGER NOT NULL,
      position INTEGER NOT NULL,
      product_id TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY(n, option_position, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE variant(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      product_id TEXT NOT NULL,
      sku TEXT NOT NULL,
      gtin TEXT,
      mpn TEXT,
      position INTEGER NOT NULL,
      options TEXT,
      weight_g INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX variant_id ON variant(id);
    CREATE INDEX variant_product ON variant(product_id, position, id);
    CREATE INDEX variant_sku ON variant(sku);

    CREATE TABLE media(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      parent_type TEXT NOT NULL,
      parent_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      url TEXT NOT NULL,
      alt TEXT NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      position INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX media_parent ON media(parent_type, parent_id, position, id);

    CREATE TABLE collection(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      handle TEXT NOT NULL,
      title TEXT NOT NULL,
      description_markdown TEXT,
      description_html TEXT,
      rule TEXT
    ) STRICT;
    CREATE UNIQUE INDEX collection_id ON collection(id);
    CREATE INDEX collection_handle ON collection(handle);

    CREATE TABLE collection_product(
      n INTEGER NOT NULL REFERENCES collection(n) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      collection_id TEXT NOT NULL,
      product_id TEXT NOT NULL,
      PRIMARY KEY(n, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX collection_product_product ON collection_product(product_id);

    CREATE TABLE location(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      country TEXT NOT NULL,
      time_zone TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX location_id ON location(id);

    CREATE TABLE stock(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      variant_id TEXT NOT NULL,
      location_id TEXT NOT NULL,
      available INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX stock_variant ON stock(variant_id, location_id);

    CREATE TABLE market(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      countries TEXT NOT NULL,
      currency TEXT NOT NULL,
      locales TEXT NOT NULL,
      tax_included INTEGER NOT NULL,
      tax_rate TEXT,
      rounding_mode TEXT,
      rounding_step TEXT,
      price_list_id TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX market_id ON market(id);

    CREATE TABLE price_list(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      currency TEXT NOT NULL,
      audience TEXT,
      priority INTEGER NOT NULL,
      tax_included INTEGER NOT NULL,
      valid_from TEXT,
      valid_until TEXT
    ) STRICT;
    CREATE UNIQUE INDEX price_list_id ON price_list(id);

    CREATE TABLE price(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      variant_id TEXT NOT NULL,
      price_list_id TEXT NOT NULL,
      amount_minor INTEGER NOT NULL,
      currency TEXT NOT NULL,
      compare_at_minor INTEGER,
      min_quantity INTEGER,
      valid_from TEXT,
      valid_until TEXT
    ) STRICT;
    CREATE INDEX price_variant ON price(variant_id, price_list_id, id);

    CREATE TABLE translation(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      resource_type TEXT NOT NULL,
      resource_id TEXT NOT NULL,
      locale TEXT NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      source_digest TEXT NOT NULL
    ) STRICT;
    CREATE INDEX translation_resource ON translation(resource_type, resource_id, locale, key);

    CREATE TABLE redirect(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      from_path TEXT NOT NULL,
      to_path TEXT,
      status INTEGER NOT NULL,
      locale TEXT
    ) STRICT;
    CREATE INDEX redirect_from ON redirect(from_path);

    CREATE VIEW offer AS
      SELECT product.handle, variant.sku, price_list.name AS price_list, price.currency,
        price.amount_minor, price.compare_at_minor, price_list.audience,
        coalesce(price.valid_from, price_list.valid_from) AS valid_from,
        coalesce(price.valid_until, price_list.valid_until) AS valid_until
      FROM product
      JOIN variant ON variant.product_id = product.id
      JOIN price ON price.variant_id = variant.id
      JOIN price_list ON price_list.id = price.price_list_id;

    CREATE VIEW availability AS
      SELECT product.handle, variant.sku, location.name AS location, stock.available
      FROM product
      JOIN variant ON variant.product_id = product.id
      JOIN stock ON stock.variant_id = variant.id
      JOIN location ON location.id = stock.location_id;

    CREATE VIEW dangling AS
      SELECT 'variant' AS type, id, 'product' AS target_type, product_id AS target_id FROM variant
        WHERE NOT EXISTS (SELECT 1 FROM product WHERE product.id = product_id)
      UNION ALL SELECT 'price', id, 'variant', variant_id FROM price
        WHERE NOT EXISTS (SELECT 1 FROM variant WHERE variant.id = variant_id)
      UNION ALL SELECT 'price', id, 'price_list', price_list_id FROM price
        WHERE NOT EXISTS (SELECT 1 FROM price_list WHERE price_list.id = price_list_id)
      UNION ALL SELECT 'inventory_level', id, 'variant', variant_id FROM stock
        WHERE NOT EXISTS (SELECT 1 FROM variant WHERE variant.id = variant_id)
      UNION ALL SELECT 'inventory_level', id, 'location', location_id FROM stock
        WHERE NOT EXISTS (SELECT 1 FROM location WHERE location.id = location_id)
      UNION ALL SELECT 'market', id, 'price_list', price_list_id FROM market
        WHERE NOT EXISTS (SELECT 1 FROM price_list WHERE price_list.id = price_list_id)
      UNION ALL SELECT 'collection', collection_id, 'product', product_id FROM collection_product
        WHERE NOT EXISTS (SELECT 1 FROM product WHERE product.id = product_id);
    """

  /// Programmes and what their members may see. Nothing here is about a person.
  static let membership = """
    CREATE TABLE program(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      currency TEXT
    ) STRICT;
    CREATE UNIQUE INDEX program_id ON program(id);

    CREATE TABLE tier(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      program_id TEXT NOT NULL,
      key TEXT NOT NULL,
      rank INTEGER NOT NULL,
      name TEXT NOT NULL,
      qualify_metric TEXT,
      qualify_threshold INTEGER,
      qualify_period TEXT
    ) STRICT;
    CREATE UNIQUE INDEX tier_id ON tier(id);

    CREATE TABLE benefit(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      kind TEXT NOT NULL,
      params TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX benefit_id ON benefit(id);

    CREATE TABLE entitlement(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      effect TEXT NOT NULL,
      subject_type TEXT NOT NULL,
      subject_id TEXT NOT NULL,
      benefit_id TEXT,
      resource_type TEXT,
      resource_id TEXT,
      valid_from TEXT,
      valid_until TEXT
    ) STRICT;
    CREATE INDEX entitlement_subject ON entitlement(subject_type, subject_id);

    CREATE TABLE gate(
      n INTEGER PRIMARY KEY REFERENCES record(n) ON DELETE CASCADE,
      id TEXT NOT NULL,
      resource_type TEXT NOT NULL,
      resource_id TEXT NOT NULL,
      mode TEXT NOT NULL,
      audience TEXT NOT NULL,
      valid_from TEXT,
      valid_until TEXT,
      public_from TEXT
    ) STRICT;
    CREATE INDEX gate_resource ON gate(resource_type, resource_id);
    """
}
