import Testing

/// Everything that works on the one lab: one test at a time, and each leaves the site as healthy as it found it.
@Suite(.serialized, .enabled(if: TestLab.isUp, TestLab.reason))
enum OnTheLab {}
