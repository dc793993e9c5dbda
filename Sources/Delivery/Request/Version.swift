/// The version of all programs.
package enum Version {
    package static var text: String { "0.1.0" }
}
