/**
 * The data elements that Outpost reads (PS3.6), as the eight hexadecimal digits of group and element.
 * One table, so that no tag number stands in code.
 */
export const tags = {
  /** (0002,0002) */ MediaStorageSOPClassUID: '00020002',
  /** (0002,0003) */ MediaStorageSOPInstanceUID: '00020003',
  /** (0002,0010) */ TransferSyntaxUID: '00020010',
  /** (0004,1220) */ DirectoryRecordSequence: '00041220',
  /** (0004,1500) */ ReferencedFileID: '00041500',
  /** (0008,0005) */ SpecificCharacterSet: '00080005',
  /** (0008,0016) */ SOPClassUID: '00080016',
  /** (0008,0018) */ SOPInstanceUID: '00080018',
  /** (0008,0020) */ StudyDate: '00080020',
  /** (0008,0030) */ StudyTime: '00080030',
  /** (0008,0050) */ AccessionNumber: '00080050',
  /** (0008,0060) */ Modality: '00080060',
  /** (0008,0061) */ ModalitiesInStudy: '00080061',
  /** (0008,1030) */ StudyDescription: '00081030',
  /** (0008,103E) */ SeriesDescription: '0008103e',
  /** (0008,1155) */ ReferencedSOPInstanceUID: '00081155',
  /** (0008,1197) */ FailureReason: '00081197',
  /** (0008,1198) */ FailedSOPSequence: '00081198',
  /** (0008,1199) */ ReferencedSOPSequence: '00081199',
  /** (0010,0010) */ PatientName: '00100010',
  /** (0010,0020) */ PatientID: '00100020',
  /** (0010,0030) */ PatientBirthDate: '00100030',
  /** (0010,0040) */ PatientSex: '00100040',
  /** (0020,000D) */ StudyInstanceUID: '0020000d',
  /** (0020,000E) */ SeriesInstanceUID: '0020000e',
  /** (0020,0011) */ SeriesNumber: '00200011',
  /** (0020,0013) */ InstanceNumber: '00200013',
  /** (0020,0032) */ ImagePositionPatient: '00200032',
  /** (0020,0037) */ ImageOrientationPatient: '00200037',
  /** (0020,1208) */ NumberOfStudyRelatedInstances: '00201208',
  /** (0028,0002) */ SamplesPerPixel: '00280002',
  /** (0028,0004) */ PhotometricInterpretation: '00280004',
  /** (0028,0008) */ NumberOfFrames: '00280008',
  /** (0028,0010) */ Rows: '00280010',
  /** (0028,0011) */ Columns: '00280011',
  /** (0028,0100) */ BitsAllocated: '00280100',
  /** (0028,0101) */ BitsStored: '00280101',
  /** (0028,0102) */ HighBit: '00280102',
  /** (0028,0103) */ PixelRepresentation: '00280103',
  /** (7FE0,0001) */ ExtendedOffsetTable: '7fe00001',
  /** (7FE0,0008) */ FloatPixelData: '7fe00008',
  /** (7FE0,0009) */ DoubleFloatPixelData: '7fe00009',
  /** (7FE0,0010) */ PixelData: '7fe00010',
} as const

/** SOP class of a DICOMDIR (PS3.4 annex I: Media Storage Directory Storage). */
export const mediaStorageDirectory = '1.2.840.10008.1.3.10'

/** A UID as PS3.5 §9.1 has it: digits and dots, at most 64 characters. Leading zeros are tolerated, they are met. */
export const isUid = (text: string): boolean => text.length <= 64 && /^\d+(\.\d+)+$/.test(text)
