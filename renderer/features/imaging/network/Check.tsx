/** A box to tick, with its label, as large as a finger. */
export const Check = ({ label, on, onTurn }: { readonly label: string; readonly on: boolean; readonly onTurn: (on: boolean) => void }) => (
  <label className="network-check">
    <input type="checkbox" checked={on} onChange={({ target }) => onTurn(target.checked)} />
    <span>{label}</span>
  </label>
)
