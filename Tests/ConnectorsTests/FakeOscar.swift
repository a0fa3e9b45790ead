import Bytes
import Formats
import Machine
import Support
import Synchronization

/// A shop that answers as django-oscar-api does: what is documented of it, and its bad habits.
///
/// Newest first and paged by offset; parameters that it does not know are ignored, as are
/// preconditions; the stamp of a product moves with every write of the product, also one that
/// changes nothing, and never with a write of its stock.
final class FakeOscar: Sendable {
  struct Product {
    var id: Int64
    var structure = "standalone"
    var parent: Int64?
    var upc: String
    var title: String
    var slug = "thing"
    var description = ""
    var metaTitle: String?
    var metaDescription: String?
    var isPublic = true
    var categories: [String] = []
    var attributes: [(code: String, value: String)] = []
    var images: [(id: Int64, url: String, caption: String)] = []
    var stock: [(id: Int64, price: String, currency: String, count: Int64)] = []
    /// Pieces promised to orders.
    var allocated: Int64?
    var created: Instant
    var updated: Instant
  }

  struct State {
    var products: [Int64: Product] = [:]
    var nextID: Int64 = 1
    var nextStock: Int64 = 1
    var clock = Instant(seconds: 1_790_000_000)
    /// Whether stamps have whole seconds only, and time stands still between writes.
    var hasCoarseClock = false
    var hasNumberMoney = false
    /// Answers to give before anything else, in order.
    var faults: [ScriptedAnswer] = []
    /// Called with each list request before it is answered.
    var beforeList: (@Sendable (Int) -> Void)?
    var lists = 0
  }

  let state = Mutex(State())
  private let box = Mutex<ScriptedServer?>(nil)

  init() throws {
    let server = try ScriptedServer { [weak self] request in
      self?.answer(request) ?? .reply(503)
    }
    box.withLock { $0 = server }
  }

  deinit { box.withLock { $0?.stop() } }

  var url: String { (box.withLock { $0?.url } ?? "") + "/api" }
  static let token = "c0ffee"

  // MARK: Filling

  @discardableResult
  func add(
    _ title: String, upc: String? = nil, structure: String = "standalone", parent: Int64? = nil,
    categories: [String] = [], attributes: [(String, String)] = [], price: String? = "10.00",
    currency: String = "EUR", count: Int64 = 5
  ) -> Int64 {
    state.withLock { state in
      let id = state.nextID
      state.nextID += 1
      state.tick()
      var product = Product(
        id: id, structure: structure, parent: parent, upc: upc ?? "U\(id)", title: title,
        categories: categories, attributes: attributes.map { (code: $0.0, value: $0.1) },
        created: state.clock, updated: state.clock)
      if let price, structure != "parent" {
        product.stock.append((state.nextStock, price, currency, count))
        state.nextStock += 1
      }
      state.products[id] = product
      return id
    }
  }

  // MARK: Answering

  private func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
    if let fault = state.withLock({ $0.faults.isEmpty ? nil : $0.faults.removeFirst() }) {
      return fault
    }
    let parts = request.path.split(separator: "/").map(String.init).dropFirst()
    let rest = Array(parts.dropFirst())
    switch (parts.first, rest.first) {
    case ("products", nil): return list(request)
    case ("categories", _): return categories(rest)
    case ("admin", let kind):
      switch request.headers["authorization"] {
      case "Token \(Self.token)": break
      case "Token shopper":
        return .json(
          #"{"detail":"You do not have permission to perform this action."}"#, status: 403)
      default:
        return .json(
          #"{"detail":"Invalid token."}"#, status: 401, headers: [("WWW-Authenticate", "Token")])
      }
      if kind == "partners" {
        return .json(
          #"{"count":1,"next":null,"previous":null,"results":[{"url":"\#(url)/admin/partners/1/","#
            + #""code":"main","name":"Main warehouse","users":[]}]}"#)
      }
      if kind == "stockrecords" { return stock(request, Int64(rest.last ?? "") ?? 0) }
      guard rest.count > 1, let id = Int64(rest[1]) else {
        return request.method == "POST" ? create(request) : list(request)
      }
      return product(request, id)
    default:
      return .reply(404, headers: [("Content-Type", "text/html")], body: Self.page("Not Found"))
    }
  }

  static func page(_ title: String) -> [UInt8] {
    Array(
      """

      <!doctype html>
      <html lang="en">
      <head>
        <title>\(title)</title>
      </head>
      <body>
        <h1>\(title)</h1><p></p>
      </body>
      </html>

      """.utf8)
  }

  private func list(_ request: ScriptedRequest) -> ScriptedAnswer {
    let hook = state.withLock { state in
      state.lists += 1
      return (state.beforeList, state.lists)
    }
    hook.0?(hook.1)
    let limit = Int(request.query("limit") ?? "50") ?? 50
    let offset = Int(request.query("offset") ?? "0") ?? 0
    var json = JSONWriter()
    state.withLock { state in
      let all = state.products.values.sorted { ($0.created, $0.id) > ($1.created, $1.id) }
      json.beginObject()
      json.key("count"); json.value(all.count)
      json.key("next")
      if offset + limit < all.count {
        json.value("\(url)/products/?limit=\(limit)&offset=\(offset + limit)")
      } else {
        json.null()
      }
      json.key("previous"); json.null()
      json.key("results")
      json.beginArray()
      for product in all.dropFirst(offset).prefix(limit) {
        json.beginObject()
        json.key("url"); json.value("\(url)/products/\(product.id)/")
        json.key("id"); json.value(product.id)
        json.key("upc"); json.value(product.upc)
        json.key("title"); json.value(product.title)
        json.end()
      }
      json.end()
      json.end()
    }
    return .json(json.finish().string)
  }

  private func product(_ request: ScriptedRequest, _ id: Int64) -> ScriptedAnswer {
    state.withLock { state in
      guard var product = state.products[id] else {
        return .json(#"{"detail":"No Product matches the given query."}"#, status: 404)
      }
      switch request.method {
      case "DELETE":
        state.products[id] = nil
        return .reply(204)
      case "PATCH":
        guard let body = try? JSON.parse(request.body) else {
          return .json(#"{"detail":"JSON parse error"}"#, status: 400)
        }
        if let fault = FakeOscarForm.apply(body.value, to: &product, of: state) {
          return .json(fault, status: 400)
        }
        state.tick()
        product.updated = state.clock
        state.products[id] = product
      default: break
      }
      return .json(body(product, state))
    }
  }

  private func create(_ request: ScriptedRequest) -> ScriptedAnswer {
    guard let body = try? JSON.parse(request.body), let title = body.value["title"]?.string else {
      return .json(#"{"title":["This field is required."]}"#, status: 400)
    }
    var draft = Product(
      id: 0, upc: "", title: title, created: Instant(seconds: 0), updated: Instant(seconds: 0))
    let fault = state.withLock { FakeOscarForm.apply(body.value, to: &draft, of: $0) }
    if let fault { return .json(fault, status: 400) }
    let stock = body.value["stockrecords"]?.children.first
    let id = add(
      draft.title, upc: draft.upc, categories: draft.categories,
      price: stock?["price"]?.string, currency: stock?["price_currency"]?.string ?? "EUR",
      count: stock?["num_in_stock"]?.integer ?? 0)
    return state.withLock { state in
      state.products[id]?.slug = draft.slug
      state.products[id]?.description = draft.description
      state.products[id]?.metaTitle = draft.metaTitle
      state.products[id]?.metaDescription = draft.metaDescription
      state.products[id]?.isPublic = draft.isPublic
      guard let product = state.products[id] else { return .reply(500) }
      return .json(self.body(product, state), status: 201)
    }
  }

  private func stock(_ request: ScriptedRequest, _ id: Int64) -> ScriptedAnswer {
    let body = request.method == "GET" ? nil : try? JSON.parse(request.body)
    if request.method != "GET", body == nil { return .reply(400) }
    return state.withLock { state in
      for (key, product) in state.products {
        guard let place = product.stock.firstIndex(where: { $0.id == id }) else { continue }
        if let price = body?.value["price"]?.string {
          guard (price.firstIndex(of: ".").map { price[$0...].count <= 3 } ?? true) else {
            return .json(
              #"{"price":["Ensure that there are no more than 2 decimal places."]}"#, status: 400)
          }
          state.products[key]?.stock[place].price = price
        }
        if let count = body?.value["num_in_stock"]?.integer {
          guard count >= 0 else {
            return .json(
              #"{"num_in_stock":["Ensure this value is greater than or equal to 0."]}"#,
              status: 400)
          }
          state.products[key]?.stock[place].count = count
        }
        if let count = body?.value["num_allocated"]?.integer {
          state.products[key]?.allocated = count
        }
        var json = JSONWriter()
        if let product = state.products[key] {
          write(product.stock[place], of: product, state, &json)
        }
        return .json(json.finish().string)
      }
      return .json(#"{"detail":"No StockRecord matches the given query."}"#, status: 404)
    }
  }

  private func body(_ product: Product, _ state: State) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.key("id"); json.value(product.id)
    json.key("attributes")
    json.beginArray()
    for (code, value) in product.attributes {
      json.beginObject()
      json.key("name"); json.value(code.capitalized)
      json.key("value"); json.value(value)
      json.key("code"); json.value(code)
      json.end()
    }
    json.end()
    json.key("categories")
    json.beginArray()
    for category in product.categories { json.value(category) }
    json.end()
    json.key("product_class"); json.value(product.structure == "child" ? nil : "things")
    json.key("stockrecords")
    json.beginArray()
    for stock in product.stock { write(stock, of: product, state, &json) }
    json.end()
    json.key("images")
    json.beginArray()
    for image in product.images {
      json.beginObject()
      json.key("id"); json.value(image.id)
      json.key("original"); json.value(image.url)
      json.key("caption"); json.value(image.caption)
      json.key("display_order"); json.value(0)
      json.end()
    }
    json.end()
    json.key("structure"); json.value(product.structure)
    json.key("is_public"); json.value(product.isPublic)
    json.key("upc"); json.value(product.upc)
    json.key("title"); json.value(product.title)
    json.key("slug"); json.value(product.slug)
    json.key("description"); json.value(product.description)
    json.key("meta_title"); json.value(product.metaTitle)
    json.key("meta_description"); json.value(product.metaDescription)
    json.key("date_created"); json.value(product.created.rfc3339)
    json.key("date_updated"); json.value(product.updated.rfc3339)
    json.key("parent")
    if let parent = product.parent { json.value(parent) } else { json.null() }
    json.end()
    return json.finish().string
  }

  private func write(
    _ stock: (id: Int64, price: String, currency: String, count: Int64), of product: Product,
    _ state: State, _ json: inout JSONWriter
  ) {
    json.beginObject()
    json.key("url"); json.value("\(url)/admin/stockrecords/\(stock.id)/")
    json.key("product"); json.value(product.id)
    json.key("partner_sku"); json.value(product.upc)
    json.key("price_currency"); json.value(stock.currency)
    json.key("price")
    if state.hasNumberMoney { json.raw(Array(stock.price.utf8)) } else { json.value(stock.price) }
    json.key("num_in_stock"); json.value(stock.count)
    json.key("num_allocated"); json.value(product.allocated)
    json.key("partner"); json.value("\(url)/admin/partners/1/")
    json.end()
  }

  /// Books with two branches, and a hidden category.
  private func categories(_ path: [String]) -> ScriptedAnswer {
    let rows: [(Int, String, String, Bool)] =
      switch path.joined(separator: "/") {
      case "": [(1, "Books", "books", true), (4, "Secret", "secret", false)]
      case "books": [(2, "Novels", "novels", true), (3, "Maps & Plans", "maps", true)]
      default: []
      }
    var json = JSONWriter()
    json.beginObject()
    json.key("count"); json.value(rows.count)
    json.key("next"); json.null()
    json.key("results")
    json.beginArray()
    for (id, name, slug, isPublic) in rows {
      json.beginObject()
      json.key("url"); json.value("\(url)/categories/\(id)/")
      json.key("breadcrumbs"); json.value(path.isEmpty ? name : "Books > \(name)")
      json.key("name"); json.value(name)
      json.key("description"); json.value("")
      json.key("slug"); json.value(slug)
      json.key("is_public"); json.value(isPublic)
      json.end()
    }
    json.end()
    json.end()
    return .json(json.finish().string)
  }
}

extension FakeOscar.State {
  /// Moves the clock on by a moment, unless it is a coarse one.
  mutating func tick() {
    if !hasCoarseClock { clock.microseconds += 1_000 }
  }
}

extension String {
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
