import Liquid
import Storefront
import Testing

@Suite("What templates see of a page")
struct ObjectTests {
  @Test(
    "a product",
    arguments: [
      Row(
        "{{ product.id }} {{ product.handle }} {{ product.url }}",
        "prd_1 square /en-eu/products/square/"),
      Row("{{ product.title }}|{{ product.vendor }}|{{ product.type }}", "Square & Co|House|Silk"),
      Row("{{ product.tags | join: ',' }}", "silk,gift"),
      Row(
        "{{ product.price }} {{ product.price_min }} {{ product.price_max }}", "39900 39900 42000"),
      Row("{{ product.price_varies }}", "true"),
      Row("{{ product.compare_at_price_min }} {{ product.compare_at_price_max }}", "50000 50000"),
      Row("{{ product.compare_at_price_varies }}", "false"),
      Row("{{ product.available }}", "true"),
      Row("{{ product.options | join: ',' }}", "Colour"),
      Row(
        "{% for option in product.options_with_values %}{{ option.position }} {{ option.name }}: "
          + "{{ option.values | join: '/' }} [{{ option.selected_value }}]{% endfor %}",
        "1 Colour: Red/Blue [Blue]"),
      Row("{{ product.has_only_default_variant }}", "false"),
      Row("{{ product.first_available_variant.sku }}", "SQ-2"),
      Row("{{ product.selected_or_first_available_variant.sku }}", "SQ-2"),
      Row("{{ product.images.size }} {{ product.media.size }}", "2 4"),
      Row("{{ product.featured_image.alt }}", "A square"),
      Row("{{ product.featured_media.media_type }}", "image"),
      Row("{{ product.featured_image.aspect_ratio }}", "0.8"),
      Row(
        "{{ product.media | map: 'media_type' | join: ',' }}", "image,image,video,external_video"),
      Row(
        "{{ product.media[2].sources[0].url }} {{ product.media[2].sources[0].mime_type }}",
        "/media/square.mp4 video/mp4"),
      Row("{{ product.media[3].host }} {{ product.media[3].external_id }}", "youtube abc-1_2"),
      Row("{{ product.description }}", "<p>Fine <em>silk</em>.</p>\n"),
      Row("{{ product.metafields.maison.material.value }}", "Silk <twill>"),
      Row("{{ product.metafields.maison.material.type }}", "single_line_text_field"),
    ])
  func product(_ row: Row) throws {
    #expect(try Stage(hasProduct: true).render(row.template) == row.output)
  }

  @Test(
    "a variant",
    arguments: [
      Row("{{ v.id }} {{ v.title }} {{ v.sku }} {{ v.barcode }}", "var_1 Red SQ-1 4006381333931"),
      Row("{{ v.price }} {{ v.compare_at_price }}", "42000 50000"),
      Row("{{ v.option1 }}|{{ v.option2 }}|{{ v.options | join: ',' }}", "Red||Red"),
      Row("{{ v.available }} {{ v.inventory_quantity }} {{ v.inventory_policy }}", "false 0 deny"),
      Row("{{ v.weight }} {{ v.weight_unit }}", "250 g"),
      Row("{{ v.url }}", "/en-eu/products/square/?variant=var_1"),
      Row(
        "{{ v.image.src }} {{ v.featured_image.src }} {{ v.featured_media.src }}",
        "/media/square.jpg /media/square.jpg /media/square.jpg"),
      Row("{{ product.variants[1].inventory_quantity }}", "7"),
      Row("{{ product.variants[1].inventory[0].location }}", "Paris"),
    ])
  func variant(_ row: Row) throws {
    let template = "{% assign v = product.variants.first %}\(row.template)"
    #expect(try Stage(hasProduct: true).render(template) == row.output)
  }

  @Test(
    "the page, the shop and the menus",
    arguments: [
      Row("{{ shop.name }} {{ shop.domain }} {{ shop.currency }}", "House house.example EUR"),
      Row("{{ request.path }} {{ request.locale }} {{ request.page_type }}", "/en-eu/ en index"),
      Row("{{ request.host }} {{ request.origin }}", "house.example https://house.example"),
      Row(
        "{{ template }} {{ page_title }} {{ canonical_url }}",
        "index A page https://house.example/x"),
      Row("{{ current_page }} {{ current_tags.size }} {{ handle }}", "1 0 "),
      Row("{{ localization.market.name }} {{ localization.language.iso_code }}", "Europe en"),
      Row("{{ routes.root_url }} {{ routes.collections_url }}", "/en-eu/ /en-eu/collections/"),
      Row("{{ linklists['main'].title }} {{ linklists.main.levels }}", "Main 2"),
      Row(
        "{% for link in linklists.main.links %}{{ link.handle }} {{ link.active }} "
          + "{{ link.child_active }} {{ link.levels }};{% endfor %}",
        "silk false false 0;house false true 1;"),
      Row("{{ linklists.main.links[1].links[0].active }}", "true"),
      Row("{% if viewer.tier %}member{% else %}public{% endif %}", "public"),
    ])
  func page(_ row: Row) throws { #expect(try Stage().render(row.template) == row.output) }

  @Test(
    "look-ups by handle, in brackets and with dots",
    arguments: [
      Row("{{ collections['silk'].title }}", "Silk"),
      Row("{{ collections.silk.title }}", "Silk"),
      Row("{% assign h = 'silk' %}{{ collections[h].title }}", "Silk"),
      Row("{{ collections[0].title }} {{ collections.size }}", "Silk 1"),
      Row("{% for c in collections %}{{ c.handle }}{% endfor %}", "silk"),
      Row("{% for c in collections.all %}{{ c.handle }}{% endfor %}", "silk"),
      Row("{% if collections['wool'] %}yes{% else %}no{% endif %}", "no"),
      Row("{{ collections['wool'].title | default: 'none' }}", "none"),
    ])
  func lookups(_ row: Row) throws { #expect(try Stage().render(row.template) == row.output) }

  @Test("a handle that is not there is undefined, and told with its whole way")
  func undefined() throws {
    #expect(
      try Stage().error("{{ collections['wool'].title }}")
        == "undefined variable collections.wool")
  }
}
