/** Given and family names that go together. Combined by chance; any likeness to a real person is chance too. */
export interface Culture {
  readonly families: readonly string[]
  readonly female: readonly string[]
  readonly male: readonly string[]
}

export const cultures: readonly Culture[] = [
  {
    families: ['Mokoena', 'Dlamini', 'Nkosi', 'Khumalo', 'Mthembu', 'Sithole', 'van der Merwe', 'Pillay', 'Adams', 'Ngcobo'],
    female: ['Thandiwe', 'Nomvula', 'Lerato', 'Zanele', 'Palesa', 'Annelie', 'Nokuthula'],
    male: ['Sipho', 'Thabo', 'Bongani', 'Mandla', 'Pieter', 'Lwazi', 'Tshepo'],
  },
  {
    families: ['Okonkwo', 'Adeyemi', 'Balogun', 'Eze', 'Oyelaran', 'Nwachukwu', 'Ibrahim', 'Ogunleye', 'Musa'],
    female: ['Adaeze', 'Folasade', 'Ngozi', 'Halima', 'Yetunde', 'Chiamaka'],
    male: ['Chukwuemeka', 'Olusegun', 'Tunde', 'Ibrahim', 'Ikenna', 'Babatunde'],
  },
  {
    families: ['Wanjiru', 'Otieno', 'Kamau', 'Achieng', 'Mutua', 'Kipchoge', 'Njoroge', 'Auma', 'Chebet'],
    female: ['Wambui', 'Akinyi', 'Faith', 'Mercy', 'Amina', 'Grace'],
    male: ['Kiprotich', 'Omondi', 'Juma', 'Mwangi', 'Hassan', 'Peter'],
  },
  {
    families: ['Sharma', 'Nair', 'Reddy', 'Patel', 'Iyer', 'Banerjee', 'Singh', 'Krishnamurthy', 'Fernandes'],
    female: ['Meera', 'Lakshmi', 'Priya', 'Anjali', 'Kavita', 'Sunita'],
    male: ['Arjun', 'Ravi', 'Sanjay', 'Vikram', 'Anand', 'Suresh'],
  },
  {
    families: ['शर्मा', 'पाटील', 'वर्मा', 'गुप्ता', 'यादव'],
    female: ['सुनीता', 'प्रिया', 'अंजली', 'मीरा'],
    male: ['राजेश', 'विक्रम', 'संजय', 'अर्जुन'],
  },
  {
    families: ['الحسن', 'عبد الرحمن', 'الخطيب', 'النجار', 'حداد'],
    female: ['فاطمة', 'مريم', 'ليلى', 'زينب'],
    male: ['محمد', 'يوسف', 'خالد', 'عمر'],
  },
  {
    families: ['Silva', 'Machava', 'Cossa', 'dos Santos', 'Gonçalves', 'd’Almeida', 'Simões'],
    female: ['Conceição', 'Inês', 'Fátima', 'Graça'],
    male: ['João', 'Simão', 'Tomás', 'Abílio'],
  },
  {
    families: ['O’Brien', 'Smith', 'Hughes', 'Taylor', 'MacDonald', 'Evans', 'Wright'],
    female: ['Siobhán', 'Margaret', 'Emily', 'Joan', 'Chloe'],
    male: ['William', 'Seán', 'George', 'Alistair', 'Noah'],
  },
  {
    families: ['Nguyễn', 'Trần', 'Lê', 'Phạm'],
    female: ['Thị Hoa', 'Thị Lan', 'Minh Anh'],
    male: ['Văn Hùng', 'Quốc Bảo', 'Đức'],
  },
  {
    families: ['Müller', 'Kowalczyk', 'Łukaszewicz', 'Novák', 'Ångström', 'Đorđević', 'Şahin'],
    female: ['Zofia', 'Jürgita', 'Ayşe', 'Ľudmila'],
    male: ['Jörg', 'Łukasz', 'Özgür', 'Mateusz'],
  },
]

/** Names that forms are known to break on; every demo practice has each of them. */
export const awkwardNames: readonly { readonly family: string; readonly given: string; readonly gender: 'male' | 'female' }[] = [
  { family: 'Oyelaran-Smith', given: 'Adaeze Temitope', gender: 'female' },
  { family: 'Suharto', given: '', gender: 'male' },
  { family: 'Ng', given: 'Wei', gender: 'female' },
  { family: 'Andrianampoinimerinatompokoindrindra-Rakotomalala', given: 'Jean-Baptiste Emmanuel Christophe', gender: 'male' },
  { family: 'عبد الرحمن', given: 'محمد', gender: 'male' },
  { family: 'कृष्णमूर्ति', given: 'लक्ष्मी', gender: 'female' },
  { family: 'de la Cruz y Montoya', given: 'María José', gender: 'female' },
  { family: 'O’Shaughnessy', given: 'Caoimhe', gender: 'female' },
  { family: '王', given: '小明', gender: 'male' },
  { family: 'Null', given: 'True', gender: 'male' },
  { family: 'Þórsdóttir', given: 'Guðrún', gender: 'female' },
  { family: 'Nkosi', given: 'Thandiwe', gender: 'female' },
  { family: 'Nkosi', given: 'Thandi', gender: 'female' },
]
