import { Icon } from "./Icon.tsx";

export const Mark = () => (
  <Icon>
    <path d="M3 4.600c2.700-.700 5.100-.300 7 1.200 1.900-1.500 4.300-1.900 7-1.200v10.800c-2.700-.700-5.100-.300-7 1.200-1.900-1.500-4.300-1.900-7-1.200zM10 5.800v10.800" />
  </Icon>
);
export const Send = () => (
  <Icon>
    <path d="M10 16V4M5 9l5-5 5 5" />
  </Icon>
);
export const Stop = () => (
  <Icon>
    <rect x="5.500" y="5.500" width="9" height="9" rx="1.500" fill="currentColor" stroke="none" />
  </Icon>
);
export const Plus = () => (
  <Icon>
    <path d="M10 4v12M4 10h12" />
  </Icon>
);
export const Copy = () => (
  <Icon>
    <path d="M7.500 7.500V4.800c0-.700.600-1.300 1.300-1.300h6.400c.700 0 1.300.600 1.300 1.300v6.400c0 .700-.600 1.300-1.300 1.300h-2.700M4.800 7.500h6.400c.700 0 1.300.600 1.300 1.300v6.400c0 .700-.600 1.300-1.300 1.300H4.800c-.700 0-1.300-.600-1.300-1.300V8.800c0-.700.600-1.300 1.300-1.300z" />
  </Icon>
);
export const Check = () => (
  <Icon>
    <path d="M4 10.500l4 4 8-9" />
  </Icon>
);
export const Search = () => (
  <Icon>
    <circle cx="9" cy="9" r="5.200" />
    <path d="M13 13l3.500 3.500" />
  </Icon>
);
export const Retry = () => (
  <Icon>
    <path d="M15.800 8A6.200 6.200 0 1 0 16 11.500M16 4v4h-4" />
  </Icon>
);
export const Up = () => (
  <Icon>
    <path d="M6.500 9v7.500H3.500V9zM6.500 9.500l3-6c1.300 0 2 .900 2 2V8h4c.900 0 1.500.800 1.300 1.700l-1.100 5.500c-.200.800-.800 1.300-1.600 1.300H6.500" />
  </Icon>
);
export const Down = () => (
  <Icon>
    <path d="M13.500 11V3.500h3V11zM13.500 10.500l-3 6c-1.300 0-2-.900-2-2V12h-4c-.900 0-1.500-.800-1.300-1.700l1.100-5.500c.200-.800.800-1.300 1.600-1.300h7.600" />
  </Icon>
);
