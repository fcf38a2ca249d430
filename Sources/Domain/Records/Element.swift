/// What a record is about: the five elements of grid management 人地事物组织
/// (R16), and the two things a worker keeps beside them.
public enum Element: String, Sendable, Codable, CaseIterable {
  /// 人: a resident.
  case person
  /// 地: an estate, a building, a dwelling, a site.
  case place
  /// 事: an event report, a dispute, an errand.
  case event
  /// 物: a public object (部件).
  case object
  /// 组织: a shop, a company, a body.
  case organization
  /// 户: the people of one dwelling.
  case household
  /// 民情日记: the worker's own diary.
  case diary
}

/// Which queue an operation travels in; each lane is a chain of its own.
public enum Lane: String, Sendable, Codable, CaseIterable {
  /// Event reports and task actions: sent first.
  case urgent
  /// Everything else.
  case normal
}

/// What an operation does to its record.
public enum Action: String, Sendable, Codable {
  /// Begins a record.
  case create
  /// Sets or clears the fields it names.
  case update
  /// Ends a record; the centre keeps a tombstone.
  case delete
  /// Does something to a record that its kind defines (accept a task …).
  case act
}
