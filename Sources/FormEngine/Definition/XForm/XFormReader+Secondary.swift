// Secondary instances: what stands in the form, and what stands beside it.

extension XFormReader {
  mutating func readSecondaryInstances(_ model: XMLElement) {
    var seen: Set<String> = []
    for instance in model.elements.filter({ $0.name.local == "instance" }).dropFirst() {
      guard let id = instance.attribute("id"), !id.isEmpty else {
        warn(instance, .missingElement, "id")
        continue
      }
      guard seen.insert(id).inserted else {
        warn(instance, .duplicateName, id, "id")
        continue
      }
      do {
        source.instances.append(
          FormSource.Instance(
            id: id, tree: try tree(instance), location: location(instance)))
      } catch {
        faults.append(contentsOf: error.faults)
      }
    }
  }

  private mutating func tree(_ instance: XMLElement) throws(FormFaults) -> InstanceTree {
    if let src = instance.attribute("src"), src.hasPrefix("jr://") {
      return try external(src, location(instance, "src"))
    }
    if let src = instance.attribute("src") { warn(instance, .unknownAttribute, src, "src") }
    for extra in instance.elements.dropFirst() { fault(extra, .unknownElement, extra.name.written) }
    return instance.elements.first.map { XMLInstance.tree($0) } ?? XMLInstance.empty
  }

  /// What stands in a file beside the form (`jr://file/…`, `jr://file-csv/…`); a
  /// form that was never saved has an empty last one.
  private func external(_ src: String, _ location: SourceLocation) throws(FormFaults)
    -> InstanceTree
  {
    let fileName = src.split(separator: "/").last.map(String.init) ?? ""
    let bytes: [UInt8]?
    do {
      bytes = try attachments.read(fileName)
    } catch {
      throw FormFaults([location.fault(.unreadableFile, fileName)])
    }
    if let bytes {
      return try ExternalInstance.read(bytes, fileName: fileName, location: location)
    }
    guard src == "jr://instance/last-saved" else {
      throw FormFaults([location.fault(.missingFile, fileName)])
    }
    return XMLInstance.empty
  }
}
