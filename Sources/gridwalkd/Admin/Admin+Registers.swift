import CLI
import CentralCore
import Domain
import FormEngine
import Glibc
import SyncProtocol

extension Admin {
  // Workers.

  func addWorker() throws {
    let worker = Worker(id: try operand(0), name: try operand(1))
    let grids = arguments.values("grid")
    let centre = try centre()
    for grid in grids where try centre.store.read({ try $0.division(grid)?.level }) != "grid" {
      throw Failure(.gridUnknown(grid), code: .notFound)
    }
    try centre.store.write { try $0.put(worker, grids: grids) }
    if grids.isEmpty { streams.tell(.workerWithoutGrids(worker.id)) }
    try say(
      .workerSaved(worker.name, grids: grids.count),
      json: ["worker": .text(worker.id), "grids": .array(grids.map(FieldValue.text))])
  }

  func listWorkers() throws {
    let rows = try centre().store.read { store in
      try store.workers().map { ($0, try store.grids(ofWorker: $0.id)) }
    }
    try list(
      [.columnWorker, .columnName, .columnGrids],
      rows.map { worker, grids in
        Entry(
          shown: [worker.id, worker.name, grids.joined(separator: " ")],
          json: [
            "worker": .text(worker.id), "name": .text(worker.name),
            "grids": .array(grids.map(FieldValue.text)),
          ])
      })
  }

  // Devices.

  func issueCode() throws {
    let worker = try operand(0)
    let hours = try positive("hours", default: 24)
    do {
      let issued = try centre().enrollment.issueCode(worker: worker, hours: hours)
      let until = LocalTime.dateAndTime(issued.expiresAt)
      try say(
        .enrollmentCode(worker, issued.code, until: until),
        json: ["code": .text(issued.code), "expires": .integer(issued.expiresAt)])
    } catch Enrollment.Fault.workerUnknown {
      throw Failure(.workerUnknown(worker), code: .notFound)
    }
  }

  func listDevices() throws {
    let now = Centre.Surroundings.machine.now()
    try list(
      [.columnDevice, .columnWorker, .columnName, .columnSynced, .columnState],
      try centre().store.read { try $0.devices() }.map { device in
        let synced = device.syncedAt.map { LocalTime.relative($0, now: now) } ?? .never
        return Entry(
          shown: [
            device.id.text, device.worker, device.name, synced.text(in: streams.language),
            (device.revokedAt == nil ? Sentence.consoleActive : .consoleRevoked)
              .text(in: streams.language),
          ],
          json: [
            "device": .text(device.id.text), "worker": .text(device.worker),
            "name": .text(device.name), "enrolled": .integer(device.enrolledAt),
            "seen": device.seenAt.map { .integer($0) } ?? .null,
            "synced": device.syncedAt.map { .integer($0) } ?? .null,
            "revoked": device.revokedAt.map { .integer($0) } ?? .null,
          ])
      })
  }

  func revokeDevice() throws {
    let text = try operand(0)
    let centre = try centre()
    // A beginning or an end of four characters is enough when it is one device's.
    let meant = try centre.store.read { try $0.devices() }.map(\.id).filter {
      $0.text == text || text.count >= 4 && ($0.text.hasPrefix(text) || $0.text.hasSuffix(text))
    }
    guard meant.count == 1, let id = meant.first else {
      throw Failure(.deviceUnknown(text), code: .notFound)
    }
    try centre.enrollment.revoke(id)
    try say(.deviceRevoked(id.text), json: ["device": .text(id.text), "revoked": true])
  }

  // Grids.

  func importGrids() throws {
    let path = try operand(0)
    let bytes = try Files.read(path, limit: GridImport.maximumBytes)
    let centre = try centre()
    let known = Dictionary(
      try centre.store.read { try $0.divisions() }.map {
        ($0.id, GridLevel(rawValue: $0.level))
      }, uniquingKeysWith: { first, _ in first })
    let read: GridImport
    do { read = try GridImport(geoJSON: bytes, knownParents: known) } catch {
      throw Failure(GridWords.sentence(for: error), code: .invalid)
    }
    guard read.faults.isEmpty else {
      throw Failure(
        read.faults.map(GridWords.sentence) + [.geoJSONRefused(path, faults: read.faults.count)],
        code: .invalid)
    }
    try centre.store.write { store in
      for grid in read.grids { try store.put(Division(grid)) }
    }
    try say(.gridsImported(read.grids.count), json: ["imported": .integer(Int64(read.grids.count))])
  }

  func listGrids() throws {
    try list(
      [.columnID, .columnLevel, .columnName, .columnParent],
      try centre().store.read { try $0.divisions() }.map { division in
        Entry(
          shown: [division.id, division.level, division.name, division.parent ?? ""],
          json: [
            "id": .text(division.id), "level": .text(division.level),
            "name": .text(division.name), "parent": division.parent.map { .text($0) } ?? .null,
          ])
      })
  }

  // Forms.

  func importForms(paths: [String]) throws {
    try putInForce(try paths.map(AuthoredForm.read), in: try centre())
  }

  func putInForce(_ forms: [SyncProtocol.FormSource], in centre: Centre) throws {
    try centre.store.write { store in
      for form in forms where try store.form(form.id) != form {
        try store.put(form, version: try store.nextVersion())
      }
    }
    let ids = forms.map(\.id)
    if arguments.command == ["form", "import"] {
      try say(.formsImported(ids), json: ["forms": .array(ids.map(FieldValue.text))])
    }
  }

  func listForms() throws {
    try list(
      [.columnForm, .columnVersion],
      try centre().store.read { try $0.forms() }.map { form in
        Entry(
          shown: [form.id, form.version],
          json: ["form": .text(form.id), "version": .text(form.version)])
      })
  }

  // Accounts.

  func setAccount() throws {
    let name = try operand(0)
    let role = arguments.value("role") ?? "operator"
    guard role == "operator" || role == "administrator" else {
      throw Failure(.roleUnknown, code: .usage)
    }
    let typed = try Files.readAll(STDIN_FILENO, "-", limit: Password.byteLimit + 2)
    let line = typed.prefix { $0 != 0x0a && $0 != 0x0d }
    let password = String(decoding: line, as: UTF8.self)
    guard password.count >= Password.shortest else {
      throw Failure(.passwordTooShort(name), code: .invalid)
    }
    guard try centre().signIn.setPassword(password, of: name, role: role) else {
      throw Failure(.yescryptMissing, code: .failure)
    }
    try say(.accountSaved(name), json: ["account": .text(name), "role": .text(role)])
  }
}

extension Division {
  /// A grid as a file brought it.
  init(_ grid: GridFeature) {
    self.init(
      id: grid.id, name: grid.name, level: grid.level.rawValue, parent: grid.parent,
      kind: grid.kind, boundary: GeoJSONWriter.geometry(grid.boundary))
  }
}
