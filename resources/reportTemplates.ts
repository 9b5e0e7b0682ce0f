/** Words to begin a report with, by modality: data, never code. Normal findings only; a practice keeps its own beside them. */
export const reportTemplates = [
  { name: 'Chest X-ray, normal', modality: 'DX', text: { technique: 'Chest, PA view.', findings: 'Heart size normal. Lungs clear. No pleural effusion, no pneumothorax. Bones without abnormality.', impression: 'Normal chest X-ray.' } },
  { name: 'Chest X-ray, normal', modality: 'CR', text: { technique: 'Chest, PA view.', findings: 'Heart size normal. Lungs clear. No pleural effusion, no pneumothorax. Bones without abnormality.', impression: 'Normal chest X-ray.' } },
  { name: 'Limb X-ray, no fracture', modality: 'DX', text: { technique: 'Two views.', findings: 'No fracture, no dislocation. Joint spaces preserved. Soft tissues without abnormality.', impression: 'No fracture.' } },
  { name: 'Abdominal ultrasound, normal', modality: 'US', text: { technique: 'Abdominal ultrasound.', findings: 'Liver, gallbladder, bile ducts, pancreas, spleen and both kidneys without abnormality. No free fluid.', impression: 'Normal abdominal ultrasound.' } },
  { name: 'Pregnancy, early', modality: 'US', text: { technique: 'Obstetric ultrasound.', findings: 'Single intrauterine pregnancy. Crown–rump length:    mm. Heartbeat seen:   . No free fluid.', impression: '' } },
  { name: 'CT head without contrast, normal', modality: 'CT', text: { technique: 'CT head without contrast.', findings: 'No bleeding. No sign of acute infarction. Ventricles and sulci normal for age. No fracture.', impression: 'Normal CT of the head.' } },
] as const
