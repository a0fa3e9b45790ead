import BuildComparison
import Diagnostics
import Site
import Storefront
import Testing

extension VirtualSite {
  /// The findings of a build that must fail by them.
  func findings() throws -> [Diagnostic] {
    do {
      try build()
      Issue.record("the build succeeded")
      return []
    } catch let error as SiteError {
      return error.diagnostics
    }
  }

  /// The leaks of a build that must fail by them.
  func leaks() throws -> [Leak] {
    do {
      try build()
      Issue.record("the build succeeded")
      return []
    } catch let error as LeakError {
      return error.leaks
    }
  }
}
