import { Icon } from "../Icon.tsx";

export const Open = () => (
  <Icon>
    <circle cx="5.500" cy="4.500" r="2" />
    <circle cx="5.500" cy="15.500" r="2" />
    <circle cx="14.500" cy="15.500" r="2" />
    <path d="M5.500 6.500v7M14.500 13.500V8c0-1.400-.800-2.200-2.200-2.200H10M11.800 3.800l-2 2 2 2" />
  </Icon>
);
export const Merged = () => (
  <Icon>
    <circle cx="5.500" cy="4.500" r="2" />
    <circle cx="5.500" cy="15.500" r="2" />
    <circle cx="14.500" cy="10.500" r="2" />
    <path d="M5.500 6.500v7M5.800 6.500c.700 2.600 3 4 6.700 4" />
  </Icon>
);
export const Closed = () => (
  <Icon>
    <circle cx="10" cy="10" r="6.500" />
    <path d="M7.500 7.500l5 5M12.500 7.500l-5 5" />
  </Icon>
);
export const Warning = () => (
  <Icon>
    <path d="M10 3.500l7 12.500H3zM10 8.500v3.500M10 14.200v.100" />
  </Icon>
);
export const Chevron = () => (
  <Icon>
    <path d="M7.500 5l5 5-5 5" />
  </Icon>
);
export const Comment = () => (
  <Icon>
    <path d="M4.500 4h11c.800 0 1.500.700 1.500 1.500v7c0 .800-.700 1.500-1.500 1.500H10l-3.500 3v-3h-2c-.800 0-1.500-.700-1.500-1.500v-7C3 4.700 3.700 4 4.500 4z" />
  </Icon>
);
