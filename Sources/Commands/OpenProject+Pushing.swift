import CommandTree
import Contract
import LocalMirror
import Machine
import Merge
import Settings
import Sync

extension OpenProject {
  /// What the settings say about merging.
  var settlementRules: SettlementRules {
    let owners = self.owners
    @Sendable func owner(_ type: ResourceType, _ field: String) -> Editor.Owner? {
      owners["\(type.rawValue).\(field)"]
        ?? owners["\(type.rawValue).\(RecordFields.split(field).name)"]
    }
    return SettlementRules(
      merging: RecordMerge.Options(
        priceLimits: PriceLimits(percent: Int64(settings.site.priceLimit))),
      policy: { type, field in
        owner(type, field) == .api ? .readOnly : FieldPolicy.of(type: type, field: field)
      },
      isKeptHere: { type, field in owner(type, field) == .local },
      // Of the platforms there are, only the contract's own can hold a number below zero.
      allowsStockBelowZero: settings.site.connector == .native)
  }

  /// What the platform protects, as far as the last pull has heard it.
  func capabilities(_ mirror: MirrorStore) throws -> Capabilities {
    try mirror.capabilities() ?? Capabilities(standard: FieldCapability())
  }

  /// Settles all edits and makes the plan, without the network.
  func makePlan(_ mirror: MirrorStore, only: Set<RecordKey>? = nil) throws -> Plan {
    let state = try Settlement(mirror: mirror, rules: settlementRules).run()
    return Planner(capabilities: try capabilities(mirror), shop: try mirror.serverID())
      .plan(state, only: only)
  }

  /// The shop, ready to be written to: the one that the mirror was filled from, or an error.
  func openShop(
    _ mirror: MirrorStore
  ) throws -> (target: any CatalogTarget, description: SourceDescription) {
    let target = try makeSource(pageSize: 1000)
    let description = try Push.check(
      target, against: mirror, connector: settings.site.connector.rawValue)
    try mirror.keep(description.capabilities)
    return (target, description)
  }
}
