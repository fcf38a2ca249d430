// Forms as their authors write them, a world that stands still, and short ways
// to answer and look.

import FormEngine
import Foundation
import Testing

/// 2026-11-21T08:30:00+08:00, a Saturday.
let fixedNow: Int64 = 1_795_221_000_000

func environment() -> FormEnvironment {
  var serial = 0
  return FormEnvironment(
    now: { fixedNow }, timeZoneOffsetSeconds: 8 * 3600,
    makeUUID: {
      serial += 1
      return "uuid-\(serial)"
    },
    random: { 0.25 }, deviceID: "device-1", username: "li")
}

func form(_ csv: String) throws -> FormDefinition {
  try FormFile.read(Array(csv.utf8), name: "test")
}

func session(_ csv: String, language: String? = nil) throws -> FormSession {
  FormSession(try form(csv), environment: environment(), language: language)
}

/// The faults of a form that must not load.
func faults(_ csv: String) -> [FormFault] { faults(bytes: Array(csv.utf8)) }

func faults(bytes: [UInt8]) -> [FormFault] {
  do {
    _ = try FormFile.read(bytes, name: "test")
    return []
  } catch {
    return error.faults
  }
}

/// A form of the repository's own Forms folder.
func authored(_ name: String) throws -> FormDefinition {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let bytes = try Data(contentsOf: root.appendingPathComponent("Forms/\(name).csv"))
  return try FormFile.read(Array(bytes), name: name)
}

/// What an expression comes to as the calculation of a form with a few answers:
/// `n` is the integer 6, `d` the date 2026-01-31, `s` the text `a𠮷b`, `m` the
/// choices `x z`, and `row` two instances with `v` 3 and 4.
func evaluate(_ expression: String) throws -> String {
  let quoted = "\"" + expression.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  let session = try session(
    """
    survey
    ,type,name,label,calculation
    ,integer,n,N,
    ,date,d,D,
    ,text,s,S,
    ,text,none,None,
    ,select_multiple list,m,M,
    ,begin repeat,row,Row,
    ,integer,v,V,
    ,end repeat,,,
    ,calculate,result,,\(quoted)
    choices
    ,list_name,name,label
    ,list,x,Ex
    ,list,y,Why
    ,list,z,Zed
    """)
  try session.set("n", to: "6")
  try session.set("d", to: "2026-01-31")
  try session.set("s", to: "a𠮷b")
  try session.set("m", to: "x z")
  try session.set("row[1]/v", to: "3")
  try session.set("row[2]/v", to: "4")
  return try session.value(of: "result")
}

/// The refusal of an answer that must be refused.
func refusal(_ body: () throws(AnswerFault) -> Void) -> AnswerFault.Code? {
  do {
    try body()
    return nil
  } catch {
    return error.code
  }
}

extension FormSession {
  /// The references of what is asked now.
  var asked: [String] {
    questions.compactMap { step in
      if case .question = step.kind { return step.ref }
      return nil
    }
  }
}
