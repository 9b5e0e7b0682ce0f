/*
 * What the centre runs at each write. Made of shared/records/serverRules by `node build/serverRules.mjs`; not to be edited.
 */

/** `validate_doc_update` of the database for records. */
export const validateRecords = String.raw`function (newDoc, oldDoc, userCtx, secObj) {
  var outpost = this.outpost || {};
  var isAdmin = userCtx.roles.indexOf('_admin') >= 0;
  var recordTypes = [
    "Patient",
    "Encounter",
    "Composition",
    "Observation",
    "AllergyIntolerance",
    "Condition",
    "ServiceRequest",
    "DiagnosticReport",
    "ImagingStudy",
    "Organization",
    "Practitioner",
    "Device",
    "Basic",
    "Communication",
    "Task",
    "AuditEvent",
    "Specimen",
    "ObservationDefinition",
    "ActivityDefinition",
    "PlanDefinition"
  ];
  var appendOnlyTypes = ["Observation", "Composition", "DiagnosticReport", "Communication", "AuditEvent"];

  var practiceDocumentId = "outpost:practice";

  var mergedInto = "mergedInto";
  var stampShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z-[0-9a-f]{4}-[0-9A-Z]{1,8}$/;
  var merged = "merge";
  var whyMarkRefused = (before, { practice }, isAdmin2) => isAdmin2 || !before && practice === void 0 ? void 0 : "only an administrator may change the practice document";
  var whyRefused = (document, before, rules, isAdmin2) => {
    if (document._id === practiceDocumentId) return whyMarkRefused(before, rules, isAdmin2);
    if (document._deleted) return isAdmin2 || !before || typeof document[mergedInto] === "string" ? void 0 : "records are not deleted";
    if (rules.practice === void 0) return "the database has no practice document yet";
    if (document["practice"] !== rules.practice) return "the record carries the stamp of another practice";
    return whyMalformed(document) || whyFromNobody(document, rules) || whyRewritten(document, before);
  };
  var whyMalformed = (document) => {
    if (recordTypes.indexOf(document["type"]) < 0) return "unknown record type";
    if (document["id"] !== document._id) return "the record has another id than its document";
    const resource = document["resource"];
    if (typeof resource !== "object" || resource === null || resource.resourceType !== document["type"] || resource.id !== document._id) return "the record has no resource of its type and id";
    if (typeof document["author"] !== "string" || typeof document["station"] !== "string") return "the record does not say who wrote it, and where";
    if (typeof document["at"] !== "string" || !stampShape.test(document["at"])) return "the record does not say when it was written";
    return Array.isArray(document["prior"]) ? void 0 : "the record has no history";
  };
  var whyFromNobody = (document, { stations, oldestSchema }) => {
    const station = document["station"];
    if (stations && station !== merged && stations.indexOf(station) < 0) return "the workstation is not known to the practice";
    const schema = document["schema"] === void 0 ? 0 : document["schema"];
    if (typeof schema !== "number" || schema % 1 !== 0 || schema < 0) return "the record does not say in which form it is";
    return oldestSchema !== void 0 && schema < oldestSchema ? "this version of Outpost is too old for the practice: update it" : void 0;
  };
  var whyRewritten = (document, before) => {
    if (!before || before._deleted) return void 0;
    if (before["type"] !== document["type"]) return "a record keeps its type";
    if (appendOnlyTypes.indexOf(document["type"]) >= 0) {
      const isSame = isAlike(before["resource"], document["resource"]) && before["author"] === document["author"] && before["at"] === document["at"];
      return isSame ? void 0 : "".concat(String(document["type"]), " is append-only");
    }
    return keepsHistory(document, before) ? void 0 : "the version before is missing in the history";
  };
  var keepsHistory = (document, before) => {
    const told = stampsOf(document);
    for (const stamp of Object.keys(stampsOf(before))) if (!told[stamp]) return false;
    return true;
  };
  var stampsOf = (document) => {
    const stamps = {};
    const prior = Array.isArray(document["prior"]) ? document["prior"] : [];
    for (const version of [document, ...prior]) if (version && typeof version.at === "string") stamps[version.at] = true;
    return stamps;
  };
  var isAlike = (one, other) => {
    if (one === other) return true;
    if (typeof one !== "object" || typeof other !== "object" || one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
    const names = Object.keys(one);
    if (names.length !== Object.keys(other).length) return false;
    for (const name of names) {
      if (!Object.prototype.hasOwnProperty.call(other, name)) return false;
      if (!isAlike(one[name], other[name])) return false;
    }
    return true;
  };

  var reason = whyRefused(newDoc, oldDoc, outpost, isAdmin);
  if (reason !== void 0) throw { forbidden: reason };
}`

/** `validate_doc_update` of the database for files. */
export const validateBlobs = String.raw`function (newDoc, oldDoc, userCtx, secObj) {
  var outpost = this.outpost || {};
  var isAdmin = userCtx.roles.indexOf('_admin') >= 0;
  var chunkAttachment = "c";
  var chunkLimit = 160 * 1024;
  var chunkShape = /^chunk-[0-9a-f]{64}$/;
  var noteShape = /^note-[0-9a-f]{32}-[0-9a-f]{32}$/;
  var isChunkId = (id) => chunkShape.test(id);
  var isNoteId = (id) => noteShape.test(id);
  var whyBlobForbidden = (document, before, practice, isAdmin2) => {
    var _a;
    if (document._deleted) return isAdmin2 ? void 0 : "files are not deleted";
    const isHere = before !== void 0 && !before._deleted;
    if (isHere && document._rev === void 0) return void 0;
    if (isHere && !isAdmin2) return "files are never changed";
    const members = Object.keys(document).filter((name) => !name.startsWith("_"));
    if (isChunkId(document._id)) {
      const attachments = Object.keys((_a = document._attachments) != null ? _a : {});
      return members.length === 0 && attachments.length === 1 && attachments[0] === chunkAttachment ? void 0 : "a chunk is one attachment and nothing else";
    }
    if (!isNoteId(document._id)) return "neither a chunk nor a note";
    if (document._attachments !== void 0) return "a note has no attachment";
    if (document["practice"] !== practice) return "the note carries the stamp of another practice";
    return typeof document["key"] === "string" && typeof document["sealed"] === "string" ? void 0 : "a note names its key and is sealed";
  };

  var practiceDocumentId = "outpost:practice";

  var whyMarkRefused = (before, { practice }, isAdmin2) => isAdmin2 || !before && practice === void 0 ? void 0 : "only an administrator may change the practice document";

  var reason = newDoc._id === practiceDocumentId ? whyMarkRefused(oldDoc, outpost, isAdmin) : whyBlobForbidden(newDoc, oldDoc || void 0, outpost.practice, isAdmin);
  if (reason !== void 0) throw { forbidden: reason };
}`
