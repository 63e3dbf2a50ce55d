// Where somebody wants to go: one of the cities where something is on.

import { CitiesDocument } from "../generated";
import { useAsked } from "./asked";
import { useWords } from "./speech";

export function CityField({ city, choose }: { city: string; choose(city: string): void }) {
  const { words } = useWords();
  const { data } = useAsked(CitiesDocument, {});
  const cities = data?.cities ?? [];
  // An address may name a city in another case, or one where nothing is on any more.
  const known = cities.find((one) => one.toLowerCase() === city.toLowerCase());
  return (
    <label>
      <span>{words.city}</span>
      <select value={known ?? city} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{words.allCities}</option>
        {city && !known && <option value={city}>{city}</option>}
        {cities.map((one) => <option key={one} value={one}>{one}</option>)}
      </select>
    </label>
  );
}
