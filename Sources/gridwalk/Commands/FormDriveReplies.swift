import Domain
import FormEngine

// What `forms drive` writes about a form. The names of types and steps are
// those of JavaRosa's driver, whose replies stand beside these.

extension NodeState {
  /// One node of `dump`.
  var driveNode: FieldValue {
    var members: [String: FieldValue] = [
      "ref": .text(ref), "relevant": .bool(isRelevant), "required": .bool(isRequired),
      "readonly": .bool(isReadonly), "type": .text(kind.driveType),
    ]
    if let value { members["value"] = .text(value) }
    if let isConstraintMet { members["constraintOk"] = .bool(isConstraintMet) }
    return .object(members)
  }
}

extension FormNode.Kind {
  fileprivate var driveType: String {
    guard case .question(let type) = self else { return "NULL" }
    return switch type {
    case .integer: "INTEGER"
    case .decimal: "DECIMAL"
    case .date, .today: "DATE"
    case .time: "TIME"
    case .dateTime, .start, .end: "DATE_TIME"
    case .selectOne: "CHOICE"
    case .selectMultiple: "MULTIPLE_ITEMS"
    case .geopoint: "GEOPOINT"
    case .image: "BINARY"
    case .barcode: "BARCODE"
    case .text, .note, .acknowledge, .calculate, .hidden, .deviceid, .username: "TEXT"
    }
  }
}

extension Question {
  /// One step of `events`.
  var driveEvent: FieldValue {
    .object([
      "ev": .text(kind.driveName), "ref": .text(ref), "relevant": true, "label": .text(label),
      "hint": .words(hint), "required": .bool(isRequired), "readonly": .bool(isReadonly),
      "constraintMsg": .words(constraintMessage),
      "appearance": .words(appearance.isEmpty ? nil : appearance),
    ])
  }
}

extension Question.Kind {
  fileprivate var driveName: String {
    switch self {
    case .question: "question"
    case .group: "group"
    case .instance: "repeat"
    case .addInstance: "new-repeat"
    }
  }
}

extension ExpressionResult {
  /// The reply to `eval`; numbers that JSON does not know are null.
  var driveMembers: [String: FieldValue] {
    let (type, json): (FieldValue, FieldValue) =
      switch value {
      case .boolean(let flag): ("Boolean", .bool(flag))
      case .number(let number): ("Double", number.isFinite ? .decimal(number) : .null)
      case .string(let words): ("String", .text(words))
      case .date: ("Date", .null)
      case .nodes(let values): ("nodeset", .texts(values))
      }
    return ["type": type, "value": json, "string": .text(text)]
  }
}
