import Bytes
import Connectors
import Formats

extension FakeTryton {
  /// Calls a method of a model; what an error leaves behind is taken back by the caller.
  static func call(_ method: String, _ params: [TapeValue], _ state: inout State) -> Said {
    let parts = method.split(separator: ".")
    let model = parts.dropFirst().dropLast().joined(separator: ".")
    switch (model, parts.last) {
    case (_, "fields_get"): return .result(fields(of: model))
    case (_, "search_read"): return .result(rows(of: model, params, state))
    case ("product.template", "write"):
      return write(params[0].children.compactMap(\.integer), params[1], params[2], &state)
    case ("product.product", "write"):
      return writeProducts(params[0].children.compactMap(\.integer), params[1], params[2], &state)
    case ("product.template", "create"): return create(params[0].children, &state)
    case ("product.template", "delete"): return delete(params, &state)
    case ("stock.inventory", "create"): return count(params[0].children[0], &state)
    case ("stock.inventory", "confirm"): return confirm(params[0].children[0].integer, &state)
    case ("stock.inventory", "cancel"), ("stock.inventory", "delete"): return .result("null")
    default: return .forbidden
    }
  }

  static func userError(_ message: String) -> Said {
    var text = ByteBuffer(capacity: 64)
    text.append(jsonString: message)
    return .error(#"["UserError",[\#(text.string),"",null]]"#)
  }

  private static let moved = Said.error(
    #"["ConcurrencyException","Records were modified in the meanwhile"]"#)

  private static func fields(of model: String) -> String {
    let names =
      model == "product.template"
      ? ["name", "code", "salable", "web_shop_description", "categories"] : ["code", "quantity"]
    return "{" + names.map { #""\#($0)":{}"# }.joined(separator: ",") + "}"
  }

  // MARK: Reading

  static func text(_ stamp: Int64) -> String {
    var digits = MinorUnits.decimal(stamp, digits: 6)
    while digits.hasSuffix("0") { digits.removeLast() }
    return digits
  }

  private static func rows(of model: String, _ params: [TapeValue], _ state: State) -> String {
    let limit = Int(params[2].integer ?? 0)
    var found: [(Int64, String)] = []
    switch model {
    case "company.company":
      found = [(1, #"{"id":1,"currency":1,"currency.":{"code":"EUR","id":1},"timezone":null}"#)]
    case "stock.location":
      found = [(warehouse, #"{"id":5,"name":"Warehouse","storage_location":3}"#)]
    case "product.category":
      found = [
        (1, #"{"id":1,"name":"Books","parent":null,"_timestamp":"1.5"}"#),
        (2, #"{"id":2,"name":"Novels","parent":1,"_timestamp":"1.5"}"#),
      ]
    case "product.template":
      found = state.templates.values.filter { matches(params[0], $0) }.map { ($0.id, row($0)) }
    case "product.product":
      let names = params[4].children.compactMap(\.string)
      found = state.products.values.filter { matches(params[0], $0, state) }.map {
        ($0.id, names == ["quantity"] ? level($0, state) : row($0, state))
      }
    default: break
    }
    let page = found.filter { isAfter(params[0], $0.0) }.sorted { $0.0 < $1.0 }.prefix(limit)
    return "[" + page.map(\.1).joined(separator: ",") + "]"
  }

  private static func isAfter(_ domain: TapeValue, _ id: Int64) -> Bool {
    domain.children.allSatisfy { condition in
      let parts = condition.children
      guard parts[0].string == "id" else { return true }
      switch parts[1].string {
      case ">": return id > parts[2].integer ?? 0
      case "in": return parts[2].children.contains { $0.integer == id }
      default: return id == parts[2].integer
      }
    }
  }

  private static func matches(_ domain: TapeValue, _ template: Template) -> Bool {
    domain.children.allSatisfy { condition in
      let parts = condition.children
      return parts[0].string == "code" ? template.code == parts[2].string : true
    }
  }

  private static func matches(_ domain: TapeValue, _ product: Product, _ state: State) -> Bool {
    domain.children.allSatisfy { condition in
      let parts = condition.children
      switch parts[0].string {
      case "template": return product.template == parts[2].integer
      case "code": return state.templates[product.template]?.code == parts[2].string
      default: return true
      }
    }
  }

  private static func decimal(_ digits: String?) -> String {
    digits.map { #"{"__class__":"Decimal","decimal":"\#($0)"}"# } ?? "null"
  }

  private static func row(_ template: Template) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.key("id"); json.value(template.id)
    json.key("name"); json.value(template.name)
    json.key("code"); json.value(template.code)
    json.key("active"); json.value(template.isActive ? 1 : 0)
    json.key("salable"); json.value(template.isSalable ? 1 : 0)
    json.key("type"); json.value("goods")
    json.key("web_shop_description"); json.value(template.text)
    json.key("categories")
    json.beginArray()
    for category in template.categories { json.value(category) }
    json.end()
    json.key("_timestamp"); json.value(text(template.stamp))
    json.end()
    return json.finish().string
  }

  private static func row(_ product: Product, _ state: State) -> String {
    let template = state.templates[product.template]
    var json = JSONWriter()
    json.beginObject()
    json.key("id"); json.value(product.id)
    json.key("template"); json.value(product.template)
    json.key("code"); json.value(template?.code)
    json.key("active"); json.value(1)
    json.key("position"); json.value(product.position)
    json.key("list_price_used")
    json.raw(Array(decimal(product.price ?? template?.price).utf8))
    json.key("_timestamp"); json.value(text(product.stamp))
    json.end()
    return json.finish().string
  }

  private static func level(_ product: Product, _ state: State) -> String {
    #"{"id":\#(product.id),"quantity":\#(state.pieces[product.id] ?? 0).0}"#
  }

  // MARK: Writing

  /// Whether the call names a stamp of a record that is another by now.
  private static func isStale(
    _ model: String, _ id: Int64, _ stamp: Int64, _ context: TapeValue
  ) -> Bool {
    guard let named = context["_timestamp"]?["\(model),\(id)"]?.string else { return false }
    return named != text(stamp)
  }

  private static func write(
    _ ids: [Int64], _ values: TapeValue, _ context: TapeValue, _ state: inout State
  ) -> Said {
    for id in ids {
      guard var template = state.templates[id] else {
        return userError(
          "You are trying to write to records \"\(id)\" of \"Product Template\" that don't exist.")
      }
      if isStale("product.template", id, template.stamp, context) { return moved }
      if let error = take(values, into: &template, state) { return error }
      template.stamp = state.tick()
      state.templates[id] = template
      for step in values["products"]?.children ?? [] {
        let said = writeProducts(
          step.children[1].children.compactMap(\.integer), step.children[2], context, &state)
        if case .error = said { return said }
      }
    }
    return .result("null")
  }

  private static func take(
    _ values: TapeValue, into template: inout Template, _ state: State
  ) -> Said? {
    if let name = values["name"] {
      let text = (name.string ?? "").drop { $0 == " " }
      template.name = String(text.reversed().drop { $0 == " " }.reversed())
      if template.name.isEmpty {
        return userError(
          "A value is required for field \"Name\" in record of \"Product Template\".")
      }
    }
    if let code = values["code"] { template.code = code.string }
    if let price = values["list_price"] { template.price = price["decimal"]?.string }
    if let flag = values["active"]?.boolean { template.isActive = flag }
    if let flag = values["salable"]?.boolean { template.isSalable = flag }
    if let text = values["web_shop_description"] { template.text = text.string }
    let (id, code) = (template.id, template.code)
    if template.isActive, code != nil,
      state.templates.values.contains(where: { $0.isActive && $0.code == code && $0.id != id })
    {
      return userError("Code of active product must be unique.")
    }
    return nil
  }

  private static func writeProducts(
    _ ids: [Int64], _ values: TapeValue, _ context: TapeValue, _ state: inout State
  ) -> Said {
    for id in ids {
      guard var product = state.products[id] else {
        return userError(
          "You are trying to write to records \"\(id)\" of \"Product\" that don't exist.")
      }
      if isStale("product.product", id, product.stamp, context) { return moved }
      if let position = values["position"] { product.position = position.integer }
      if let price = values["list_price"] {
        guard price.isNull || price["decimal"]?.string != nil else {
          return userError("The number of digits in the value exceeds the limit of \"(None, 4)\".")
        }
        product.price = price["decimal"]?.string
      }
      product.stamp = state.tick()
      state.products[id] = product
    }
    return .result("null")
  }

  private static func create(_ drafts: [TapeValue], _ state: inout State) -> Said {
    var made: [String] = []
    for draft in drafts {
      let stamp = state.tick()
      var template = Template(id: state.key(), name: "", code: nil, isSalable: false, stamp: stamp)
      guard draft["default_uom"]?.integer != nil else {
        return userError("A value is required for field \"Default UoM\".")
      }
      if let error = take(draft, into: &template, state) { return error }
      state.templates[template.id] = template
      let product = Product(id: state.key(), template: template.id, stamp: stamp)
      state.products[product.id] = product
      made.append("\(template.id)")
    }
    return .result("[" + made.joined(separator: ",") + "]")
  }

  private static func delete(_ params: [TapeValue], _ state: inout State) -> Said {
    for id in params[0].children.compactMap(\.integer) {
      guard let template = state.templates[id] else { continue }
      if isStale("product.template", id, template.stamp, params[1]) { return moved }
      state.templates[id] = nil
      for product in state.products.values where product.template == id {
        state.products[product.id] = nil
      }
    }
    return .result("null")
  }

  // MARK: Counting

  private static func count(_ sheet: TapeValue, _ state: inout State) -> Said {
    let line = sheet["lines"]?.children.first?.children.last?.children.first
    guard sheet["location"]?.integer == storage, let product = line?["product"]?.integer,
      let pieces = line?["quantity"]?.integer
    else { return userError("A value is required for field \"Product\".") }
    let key = state.key()
    state.sheets[key] = (product, pieces)
    return .result("[\(key)]")
  }

  private static func confirm(_ key: Int64?, _ state: inout State) -> Said {
    guard let key, let sheet = state.sheets[key] else {
      return userError("You are trying to read records that don't exist.")
    }
    if state.confirmed.insert(key).inserted { state.pieces[sheet.product] = sheet.pieces }
    return .result("null")
  }
}
